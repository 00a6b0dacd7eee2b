import BrownoutEngine
import Testing

/// What uses up calls, arrivals and requests, and which requests are attempts of one call.
@Suite struct CountingTests {
    private static let asides: [Endpoint] = [.models, .model, .countTokens, .unknown]

    private func facts(
        _ endpoint: Endpoint = .messages, call: UInt64 = 1, purpose: RequestPurpose? = nil,
        retry: Int? = nil, key: String = "", stream: Bool = false
    ) -> RequestFacts {
        RequestFacts(
            provider: "anthropic", dialect: .anthropic, endpoint: endpoint, purpose: purpose,
            stream: stream, call: CallKey(digest: call), retryCount: retry, credential: key)
    }

    private func rule(
        _ name: String = "r", when: Matcher = Matcher(), calls: ClosedRange<Int>? = nil,
        every: Int? = nil, also: Bool = false
    ) throws -> Rule {
        Rule(
            name: name, when: when,
            calls: try calls.map {
                [try #require(CountRange($0.lowerBound, through: $0.upperBound))]
            } ?? [], every: every, also: also,
            action: .effect(Effect(fault: .error(CauseFault(.overloaded)))))
    }

    private func about(_ change: (inout Matcher) -> Void) -> Matcher {
        var matcher = Matcher()
        change(&matcher)
        return matcher
    }

    private func engine(_ rules: Rule...) -> Engine {
        Engine(scenario: Scenario(name: "t", rules: rules))
    }

    // MARK: What is counted

    @Test(arguments: asides)
    func whatAsksNoModelUsesUpNoCall(_ endpoint: Endpoint) throws {
        var provider = Matcher()
        provider.provider = [try Glob("anthropic")]
        let engines = [
            engine(try rule(calls: 1...1)),
            engine(try rule(when: about { $0.endpoint = [.messages] }, calls: 1...1)),
            engine(try rule(when: provider, calls: 1...1)),
        ]
        for engine in engines {
            for call in 10...12 as ClosedRange<UInt64> {
                let aside = engine.decide(facts(endpoint, call: call), at: .zero)
                #expect(aside.rule == nil)
                #expect(aside.arrival.ordinal == 0)
            }
            #expect(engine.decide(facts(), at: .zero).rule == "r")
            #expect(engine.decide(facts(call: 2), at: .zero).rule == nil)
        }
    }

    @Test func aProbeOfAnEndpointIsNoCallOfIt() throws {
        let engine = engine(try rule(when: about { $0.endpoint = [.messages] }, calls: 1...1))
        #expect(engine.decide(facts(call: 9, purpose: .probe), at: .zero).rule == nil)
        #expect(engine.decide(facts(), at: .zero).rule == "r")
    }

    @Test func whatARuleNamesIsCounted() throws {
        let engine = engine(try rule(when: about { $0.endpoint = [.models] }, calls: 2...2))
        #expect(engine.decide(facts(), at: .zero).rule == nil)
        let lists = (10...12 as ClosedRange<UInt64>).map {
            engine.decide(facts(.models, call: $0), at: .zero).rule
        }
        #expect(lists == [nil, "r", nil])
    }

    @Test func aRulesCallsAreThoseItsWhenIsAbout() throws {
        let streams = about { $0.stream = true }
        let engine = engine(
            try rule("first", calls: 1...1), try rule("second stream", when: streams, calls: 2...2))
        // The first call is a stream of the second rule's, though another rule decides it.
        let seen = [true, false, true, true].enumerated().map { place, stream in
            engine.decide(facts(call: UInt64(place), stream: stream), at: .zero).rule
        }
        #expect(seen == ["first", nil, "second stream", nil])
        // A retry is no further call.
        #expect(engine.decide(facts(call: 2, stream: true), at: .zero).rule == "second stream")
    }

    @Test func whatSaysTheSameAfterAnAnswerIsAFurtherCall() throws {
        let engine = engine(try rule(calls: 2...2))
        let first = engine.decide(facts(), at: .zero)
        engine.succeed(first)
        let second = engine.decide(facts(), at: .zero)
        #expect([first.arrival.ordinal, second.arrival.ordinal] == [1, 2])
        #expect(second.rule == "r")
        #expect(first.id != second.id)
    }

    @Test(arguments: asides)
    func countsOfRequestsPassOverWhatIsNoCall(_ endpoint: Endpoint) throws {
        let every = engine(try rule(every: 2))
        let steps = Rule(
            name: "steps",
            action: .sequence(
                .init(
                    order: .arrival, steps: [Effect(fault: .error(CauseFault(.overloaded)))],
                    then: .ok)))
        let sequence = engine(steps)
        let phases = Engine(
            scenario: Scenario(
                name: "t",
                phases: [
                    Phase(name: "calm", end: .calls(1)),
                    Phase(name: "storm", end: .never, rules: [try rule()]),
                ]))
        let limit = Limit(name: "rpm", quotas: [try quota(1)])
        let limited = Engine(scenario: Scenario(name: "t", limits: [limit]))
        for engine in [every, sequence, phases, limited] {
            for call in 10...12 as ClosedRange<UInt64> {
                #expect(engine.decide(facts(endpoint, call: call), at: .zero).rule == nil)
            }
        }
        #expect((1...2).map { every.decide(facts(call: $0), at: .zero).rule } == [nil, "r"])
        #expect(sequence.decide(facts(), at: .zero).fault != nil)
        #expect(sequence.decide(facts(call: 2), at: .zero).fault == nil)
        #expect((1...2).map { phases.decide(facts(call: $0), at: .zero).rule } == [nil, "r"])
        #expect((1...2).map { limited.decide(facts(call: $0), at: .zero).rule } == [nil, "rpm"])
        // It is let through where nothing is left, too.
        #expect(limited.decide(facts(endpoint, call: 13), at: .zero).rule == nil)
    }

    @Test func aKeysCallsAreCalls() throws {
        let keys = Keys(expiring: [.init(key: [try Glob("sk-*")], calls: 1)])
        let engine = Engine(scenario: Scenario(name: "t", keys: keys))
        func rule(_ endpoint: Endpoint, _ call: UInt64) -> String? {
            engine.decide(facts(endpoint, call: call, key: "sk-1"), at: .zero).rule
        }
        #expect(rule(.models, 10) == nil)
        #expect([rule(.messages, 1), rule(.messages, 2)] == [nil, "keys"])
        // Used up is used up, for everything.
        #expect(rule(.models, 10) == "keys")
    }

    // MARK: Attempts

    @Test func aFirstTryIsNoRetryOfWhatWasGivenUp() {
        let engine = Engine(scenario: .healthy)
        let attempts = [0, 1, 0, 1, 2].map {
            engine.decide(facts(retry: $0), at: .zero).arrival
        }
        #expect(attempts.map(\.attempt) == [1, 2, 1, 2, 3])
        #expect(attempts.map(\.ordinal) == [1, 1, 2, 2, 2])
    }

    @Test func withoutTheClientsCountWhatSaysTheSameGoesOn() {
        let engine = Engine(scenario: .healthy)
        let attempts = (1...3).map { _ in engine.decide(facts(), at: .zero).arrival.attempt }
        #expect(attempts == [1, 2, 3])
    }

    /// Whatever the order in which several clients ask the same, each has its own attempts.
    @Test(arguments: [
        [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2], [0, 0, 1, 0, 1, 2, 1, 0, 2, 1, 2, 2],
        [0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2],
    ])
    func clientsThatSayTheSameHaveTheirOwnAttempts(_ retries: [Int]) {
        let engine = Engine(scenario: .healthy)
        let decisions = retries.map { engine.decide(facts(retry: $0), at: .zero) }
        #expect(decisions.map(\.arrival.attempt) == retries.map { $0 + 1 })
        #expect(Set(decisions.map(\.id)).count == retries.count)
        #expect(Set(decisions.map(\.arrival.ordinal)) == [1, 2, 3, 4])
    }

    @Test func aNamedCallGoesOnWhateverTheClientCounts() {
        let engine = Engine(scenario: .healthy)
        var named = facts(retry: 0)
        named.call = CallKey(named: "mine", by: .header)
        let attempts = (1...3).map { _ in engine.decide(named, at: .zero).arrival.attempt }
        #expect(attempts == [1, 2, 3])
    }

    @Test func callsThatAreGivenUpCostAFixedAmountOfMemory() {
        let engine = Engine(scenario: .healthy)
        for _ in 0..<1_000 { _ = engine.decide(facts(retry: 0), at: .zero) }
        #expect(engine.decide(facts(retry: 1), at: .zero).arrival.attempt == 2)
    }

    @Test(arguments: [
        "", ".", "..", "a b", "a/b", "%2e%2e", "ü", String(repeating: "a", count: 65),
    ])
    func whatCannotNameASession(_ text: String) {
        #expect(!SessionName.isName(text))
        #expect(throws: Never.self) { try Regex(SessionName.expression) }
        #expect((try? Regex(SessionName.expression).wholeMatch(in: text)) == nil)
    }

    @Test(arguments: ["a", "...", ".a", "a..b", "sk-plain-test-12345678", "A_b-9."])
    func whatCanNameASession(_ text: String) {
        #expect(SessionName.isName(text))
        #expect((try? Regex(SessionName.expression).wholeMatch(in: text)) != nil)
    }
}
