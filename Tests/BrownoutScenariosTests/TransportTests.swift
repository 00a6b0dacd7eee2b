import BrownoutEngine
import BrownoutScenarios
import BrownoutYAML
import Testing

/// A fault that a data port cannot have is refused, and what it needs is said.
@Suite struct TransportTests {
    private func scenario(_ rule: String) -> [UInt8] {
        Array("scenario: t\nrules:\n  - {name: a, \(rule)}\n".utf8)
    }

    private func refusal(
        _ rule: String, over transport: Transport?, ofSession: Bool = false
    ) -> String? {
        do {
            _ = try ScenarioLoader.load(
                name: "t.yaml", bytes: scenario(rule), over: transport, ofSession: ofSession)
            return nil
        } catch {
            return error.text
        }
    }

    private static let plain = Transport()
    private static let tls = Transport(tls: true)
    private static let http2 = Transport(http2: true)
    private static let both = Transport(tls: true, http2: true)

    /// A rule about one protocol leaves the requests of the other to the rules behind it.
    @Test(arguments: [
        ("when: {protocol: http/2}", "stream: true", true),
        ("when: {protocol: http/2}", "protocol: http/1.1", true),
        ("when: {protocol: http/2}", "protocol: http/2", false),
        ("also: false", "protocol: http/2", false),
    ])
    func aRuleOfOneProtocolHidesNoneOfTheOther(first: String, second: String, loads: Bool) {
        let text = refusal(
            "\(first), fault: overloaded}\n  - {name: b, when: {\(second)}, fault: server-error",
            over: nil)
        #expect((text == nil) == loads)
        if !loads { #expect(text?.contains("can never fire: rule 'a'") == true) }
    }

    @Test(arguments: TLSFault.allCases)
    func everyFaultOfTLSNeedsIt(fault: TLSFault) throws {
        let rule = "fault: \(fault.rawValue)"
        for transport in [Self.plain, Self.http2] {
            let text = try #require(refusal(rule, over: transport))
            #expect(text.contains("rule 'a': \(fault.rawValue) needs TLS"))
            #expect(text.contains("--tls"))
        }
        for transport in [nil, Self.tls, Self.both] {
            #expect(refusal(rule, over: transport) == nil)
        }
    }

    @Test(arguments: HTTP2Fault.Word.allCases)
    func everyFaultOfHTTP2NeedsIt(fault: HTTP2Fault.Word) throws {
        let rule = "fault: \(fault.rawValue)"
        for transport in [Self.plain, Self.tls] {
            let text = try #require(refusal(rule, over: transport))
            #expect(text.contains("rule 'a': \(fault.rawValue) needs HTTP/2"))
            #expect(text.contains("--h2"))
        }
        for transport in [nil, Self.http2, Self.both] {
            #expect(refusal(rule, over: transport) == nil)
        }
    }

    @Test(arguments: FaultKind.allCases.filter { $0.need == .http1 && $0.isWord })
    func whatHTTP2CannotExpressIsForHTTP1Alone(kind: FaultKind) throws {
        let rule = "fault: \(kind.name)"
        let text = try #require(refusal(rule, over: Self.http2))
        #expect(text.contains("when: {protocol: http/1.1}"))
        #expect(refusal(rule, over: Self.tls) == nil)
        #expect(refusal("when: {protocol: http/1.1}, \(rule)", over: Self.http2) == nil)
        #expect(refusal("when: {protocol: http/2}, \(rule)", over: nil) != nil)
    }

    @Test(arguments: [
        "one-of: [{chance: 10%, fault: no-close-notify}]",
        "sequence: [ok, {tls: corrupt-record, at: event 3}]",
        "sequence: {by: arrival, steps: [ok], then: no-close-notify}",
        "fault: [{cut: fin, at: event 3}, no-close-notify]",
    ])
    func everyPlaceOfAFaultIsLookedAt(rule: String) {
        #expect(refusal(rule, over: Self.plain) != nil)
        #expect(refusal(rule, over: Self.tls) == nil)
    }

    @Test func aRuleAboutHTTP2NeedsAPortThatSpeaksIt() throws {
        let rule = "when: {protocol: http/2}, fault: overloaded"
        let text = try #require(refusal(rule, over: Self.tls))
        #expect(text.contains("can never fire: the data port speaks no HTTP/2"))
        #expect(refusal(rule, over: Self.http2) == nil)
    }

    @Test func aSessionHasNoConnections() throws {
        let text = try #require(refusal("fault: accept-fin", over: nil, ofSession: true))
        #expect(text.contains("nobody knows its session yet"))
        #expect(refusal("fault: overloaded", over: nil, ofSession: true) == nil)
    }

    @Test func theReportSaysWhatARuleNeeds() throws {
        let loaded = try load(
            """
            scenario: t
            rules:
              - {name: a, calls: 1-2, fault: certificate-expired}
              - {name: b, chance: 10%, fault: goaway}
              - {name: c, fault: overloaded}
            """)
        let report = ScenarioReport(loaded)
        #expect(report.rules.map(\.needs) == [["--tls"], ["--h2"], []])
        #expect(report.rules.map(\.determinism) == [.ordered, .pure, .pure])
        #expect(report.rules[0].appliesTo == "connections 1-2")
        #expect(report.text.contains("needs: --tls"))
    }

    @Test func rulesOfConnectionsAndOfRequestsHideNothingOfEachOther() throws {
        _ = try load(
            """
            scenario: t
            rules:
              - {name: a, fault: accept-fin}
              - {name: b, fault: overloaded}
            """)
        #expect(refusal("fault: accept-fin}\n  - {name: b, fault: accept-reset", over: nil) != nil)
    }

    /// A server that is its own upstream would ask itself until nothing is left.
    @Test(arguments: [
        "{upstream: {openai: \"http://localhost:8787/openai/v1\"}}",
        "{replay: a.yaml, on-miss: upstream, upstream: {openai: \"http://[::1]:8787/v1\"}}",
    ])
    func theDataPortIsNoUpstreamOfItsOwn(source: String) throws {
        let text = Array("scenario: loop\nsource: \(source)\n".utf8)
        let own = Transport(address: DataAddress(host: "127.0.0.1", port: 8787))
        let error = #expect(throws: SourceErrors.self) {
            try ScenarioLoader.load(name: "t.yaml", bytes: text, over: own)
        }
        let said = try #require(error?.text)
        #expect(said.contains("is this server's own data port: it would ask itself"))
        #expect(said.contains("t.yaml:2:"))
        let other = Transport(address: DataAddress(host: "127.0.0.1", port: 8788))
        do {
            _ = try ScenarioLoader.load(name: "t.yaml", bytes: text, over: other)
        } catch {
            #expect(!error.text.contains("would ask itself"))
        }
    }
}
