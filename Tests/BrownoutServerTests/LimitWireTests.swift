import BrownoutEngine
import BrownoutJournal
import BrownoutRecords
import BrownoutServer
import BrownoutTesting
import Foundation
import Testing

/// A scenario's limits over real sockets. Time is moved by hand, so that what a refusal promises
/// is held to the millisecond.
@Suite(.serialized) struct LimitWireTests {
    private func field(_ name: String, of text: String) -> String? {
        text.components(separatedBy: "\r\n").first { $0.hasPrefix(name + ": ") }
            .map { String($0.dropFirst(name.count + 2)) }
    }

    private func scenario(_ limit: String, rules: String = "[]") -> String {
        """
        scenario: limits
        clock: manual
        reply: {text: "one two three"}
        limits: [{name: the limit, \(limit)}]
        rules: \(rules)
        """
    }

    @Test func exactlyTheBurstPassesAtOnce() async throws {
        let yaml = scenario("per: key, requests: 60/min, burst: 10")
        let journal = try await LiveServer.run(yaml, threads: 4) { live in
            let clients = try (0..<40).map { _ in try live.client() }
            for (index, client) in clients.enumerated() {
                try client.send(Request.chat("call \(index)"))
            }
            let statuses = clients.map { Request.status($0.read(until: Request.isWhole).text) }
            #expect(statuses.filter { $0 == 200 }.count == 10)
            #expect(statuses.filter { $0 == 429 }.count == 30)
        }
        let refused = journal.filter { $0.status == 429 }
        #expect(refused.allSatisfy { $0.rule == "the limit" && $0.cause == .rateLimited })
        #expect(refused.allSatisfy { $0.retryable == true && $0.retryAfter == "1" })
        let reason = "requests: 60 of 60 per minute used, 1 asked; passes in 1s"
        #expect(refused.allSatisfy { $0.traceText.contains(reason) })
    }

    @Test(arguments: Limit.Algorithm.allCases, ["retry-after", "retry-after-ms"])
    func whoeverHonoursARefusalPasses(algorithm: Limit.Algorithm, header: String) async throws {
        let yaml = scenario("requests: 7/3s, algorithm: \(algorithm.rawValue)")
        try await LiveServer.run(yaml) { live in
            for round in 0..<20 {
                _ = await live.server.advance(by: .microseconds(round * 137_311))
                var answer = ""
                for _ in 0..<8 {
                    answer = try live.exchange(Request.chat("\(round)")).text
                    if Request.status(answer) == 429 { break }
                }
                #expect(Request.status(answer) == 429)
                let value = try #require(Int(field(header, of: answer) ?? ""))
                _ = await live.server.advance(
                    by: header == "retry-after" ? .seconds(value) : .milliseconds(value))
                let next = try live.exchange(Request.chat("\(round)")).text
                #expect(Request.status(next) == 200, "round \(round): \(header) \(value)")
            }
        }
    }

    @Test func everyAnswerSaysWhatIsLeft() async throws {
        let yaml = scenario(
            "requests: 60/min, burst: 10, output-tokens: 1000/min",
            rules: "[{name: down, when: {user-text: down}, fault: unavailable}]")
        try await LiveServer.run(yaml) { live in
            let requests = [
                Request.chat(), Request.chat(stream: true), Request.chat("down"),
                Request.post("/v1/chat/completions", "{"),
                "GET /v1/models HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer sk-a\r\n\r\n",
            ]
            var left: [String?] = []
            var tokens: [String?] = []
            for request in requests {
                let answer = try live.exchange(request).text
                left.append(field("x-ratelimit-remaining-requests", of: answer))
                tokens.append(field("x-ratelimit-remaining-tokens", of: answer))
                #expect(field("x-ratelimit-limit-requests", of: answer) == "60")
            }
            // Each is one request, but for the list; only answers of a model have tokens.
            #expect(left == ["9", "8", "7", "6", "6"])
            #expect(tokens == ["997", "994", "994", "994", "994"])
            let message = try live.exchange(Request.message()).text
            #expect(field("anthropic-ratelimit-requests-remaining", of: message) == "5")
            #expect(field("anthropic-ratelimit-output-tokens-remaining", of: message) == "991")
            #expect(field("anthropic-ratelimit-input-tokens-limit", of: message) == "2000000")
            _ = await live.server.advance(by: .milliseconds(1500))
            let later = try live.exchange(Request.chat()).text
            #expect(field("x-ratelimit-remaining-requests", of: later) == "5")
            #expect(field("x-ratelimit-reset-requests", of: later) == "4.5s")
        }
    }

    @Test func aPromptLargerThanTheLimitIsToldSo() async throws {
        try await LiveServer.run(scenario("input-tokens: 100/min")) { live in
            let long = String(repeating: "word ", count: 200)
            let answer = try live.exchange(Request.chat(long)).text
            #expect(Request.status(answer) == 429)
            #expect(answer.contains("Request too large for gpt-4o-mini in organization"))
            #expect(answer.contains("on tokens per min (TPM): Limit 100, Requested "))
            #expect(field("retry-after", of: answer) == nil)
            #expect(field("x-ratelimit-remaining-tokens", of: answer) == "100")
            #expect(Request.status(try live.exchange(Request.chat()).text) == 200)
        }
    }

    @Test func aRefusalMayBeTheScenariosOwn() async throws {
        let own = "refuse-with: {status: 503, headers: {x-reason: tier}, body: {later: true}}"
        try await LiveServer.run(scenario("requests: 1/min, \(own)")) { live in
            #expect(Request.status(try live.exchange(Request.chat()).text) == 200)
            let answer = try live.exchange(Request.chat()).text
            #expect(Request.status(answer) == 503)
            #expect(field("x-reason", of: answer) == "tier")
            #expect(field("retry-after", of: answer) == "60")
            #expect(Request.body(answer) == #"{"later":true}"#)
        }
        try await LiveServer.run(scenario("requests: 1/min, refuse-with: reset")) { live in
            #expect(Request.status(try live.exchange(Request.chat()).text) == 200)
            let refused = try live.exchange(Request.chat())
            #expect(refused.end == .reset)
            #expect(refused.text == "")
        }
    }

    // MARK: Answers in progress

    /// Every way an answer ends by itself, seen by a client that waits for the end.
    @Test(arguments: [
        "[]", "[{name: f, fault: overloaded}]", "[{name: f, fault: {cut: reset, at: event 2}}]",
        "[{name: f, fault: {cut: fin, at: event 2}}]", "[{name: f, fault: reset}]",
        "[{name: f, fault: {cut: clean, at: event 2}}]", "[{name: f, fault: no-answer}]",
        "[{name: f, fault: {cause: overloaded, at: event 2}}]",
        "[{name: f, fault: {hang: 1ms, at: headers}}]",
    ])
    func theEndOfAnAnswerMakesRoomForTheNext(rules: String) async throws {
        let yaml = scenario("concurrent: 1", rules: rules)
            .replacingOccurrences(of: "clock: manual\n", with: "")
        let journal = try await LiveServer.run(yaml, threads: 4) { live in
            for _ in 0..<30 { _ = try live.exchange(Request.chat(stream: true)) }
        }
        #expect(journal.count == 30)
        #expect(journal.allSatisfy { $0.rule != "the limit" })
    }

    @Test func aClientThatAsksOneAfterTheOtherIsNeverTooMany() async throws {
        try await LiveServer.run(scenario("concurrent: 1"), threads: 4) { live in
            let clients = try (0..<4).map { _ in try live.client() }
            for index in 0..<400 {
                let client = clients[index % clients.count]
                try client.send(Request.chat(stream: index % 2 == 0))
                let answer = client.read(until: Request.isWhole).text
                #expect(Request.status(answer) == 200, "request \(index)")
            }
        }
    }

    @Test func aClientThatLeavesMakesRoomForTheNext() async throws {
        let hang = "[{name: hang, when: {user-text: hang}, fault: {hang: forever, at: headers}}]"
        let yaml = scenario("concurrent: 2", rules: hang)
        try await LiveServer.run(yaml) { live in
            let first = try live.client()
            let second = try live.client()
            for client in [first, second] {
                try client.send(Request.chat("hang"))
                #expect(client.read { $0.contains("\r\n\r\n") }.text.hasPrefix("HTTP/1.1 200"))
            }
            let refused = try live.exchange(Request.chat()).text
            #expect(Request.status(refused) == 429)
            #expect(field("retry-after", of: refused) == "1")
            #expect(refused.contains("on concurrent requests: Limit 2, Used 2, Requested 1."))
            first.close()
            try await waitUntil {
                Request.status(try live.exchange(Request.chat()).text) == 200
            }
            // The other one still has its place.
            #expect(live.core.engine.limitReadings(at: .zero).map(\.remaining) == [1])
            second.close()
            try await waitUntil {
                live.core.engine.limitReadings(at: .zero).map(\.remaining) == [2]
            }
        }
    }

    @Test func aServerThatStopsHoldsNoPlace() async throws {
        let yaml = scenario("concurrent: 9", rules: "[{name: f, fault: {hang: forever}}]")
        var engine: Engine?
        try await LiveServer.run(yaml) { live in
            let clients = try (0..<5).map { _ in try live.client() }
            for client in clients { try client.send(Request.chat()) }
            engine = live.core.engine
            try await waitUntil {
                live.core.engine.limitReadings(at: .zero).map(\.remaining) == [4]
            }
        }
        #expect(engine?.limitReadings(at: .zero).map(\.remaining) == [9])
    }
}
