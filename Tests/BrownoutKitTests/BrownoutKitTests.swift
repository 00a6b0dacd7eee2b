import BrownoutKit
import Foundation
import Testing

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// Asks as a client would, with the standard library's own.
private func ask(_ base: String, _ text: String = "Hello?", key: String = "sk-any") async throws
    -> Int
{
    var request = URLRequest(url: try #require(URL(string: base + "/chat/completions")))
    request.httpMethod = "POST"
    request.setValue("Bearer \(key)", forHTTPHeaderField: "Authorization")
    request.setValue("application/json", forHTTPHeaderField: "Content-Type")
    request.httpBody = try JSONSerialization.data(withJSONObject: [
        "model": "gpt-4o-mini", "messages": [["role": "user", "content": text]],
    ])
    let (_, response) = try await URLSession.shared.data(for: request)
    return try #require(response as? HTTPURLResponse).statusCode
}

private let overloadedOnce = Brownout.Scenario.yaml(
    """
    scenario: Overloaded, then fine
    rules:
      - {name: busy, sequence: [overloaded, ok]}
    """)

struct BrownoutKitTests {
    @Test func callsAreTheirAttempts() async throws {
        try await Brownout.with(overloadedOnce) { server in
            #expect(try await ask(server.openAI) == 503)
            #expect(try await ask(server.openAI) == 200)
            #expect(try await ask(server.openAI, "Another") == 503)
            let calls = try await server.calls()
            #expect(calls.map(\.statuses) == [[503, 200], [503]])
            #expect(calls.map(\.outcome) == [.delivered, .exhausted])
            let first = try #require(calls.first?.attempts.first)
            #expect(first.cause == "overloaded" && first.faults == ["overloaded"])
            #expect(first.provider == "openai" && first.model == "gpt-4o-mini")
            #expect(first.requestID?.hasPrefix("req_") == true && first.ending == "complete")
            #expect(try #require(first.waited) > .zero)
            #expect(calls[0].attempts[1].waited == nil)
        }
    }

    @Test func theVerdictNamesRulesAndCalls() async throws {
        let server = try await Brownout.start(overloadedOnce, seed: 5)
        #expect(server.seed == 5)
        #expect(try await ask(server.openAI) == 503)
        let verdict = try await server.verdict()
        #expect(verdict["transient-retried"]?.result == .fail)
        #expect(verdict["transient-retried"]?.calls == ["c1"])
        #expect(verdict["herd"]?.result == .notExercised)
        #expect(verdict["no such rule"] == nil)
        #expect(verdict.description.contains("transient-retried: gave up after one attempt"))
        await server.stop()
        await server.stop()
        await #expect(throws: (any Error).self) { try await ask(server.openAI) }
    }

    @Test func aScenarioWithAMistakeDoesNotStart() async throws {
        let error = await #expect(throws: BrownoutError.self) {
            try await Brownout.start(.yaml("scenario: x\nrules:\n  - falt: overloaded\n"))
        }
        let text = try #require(error?.description)
        #expect(text.contains("<scenario>:3:5: error: unknown key 'falt'"), "\(text)")
        #expect(text.contains("did you mean 'fault'?"), "\(text)")
        let missing = await #expect(throws: BrownoutError.self) {
            try await Brownout.start("no/such.yaml")
        }
        #expect(missing?.description.contains("no/such.yaml") == true)
    }

    @Test func eachProviderIsFound() async throws {
        let scenario = Brownout.Scenario.yaml(
            "scenario: x\nproviders:\n  backup: {dialect: openai}\n")
        try await Brownout.with(scenario) { server in
            #expect(server.openAI == server.url + "/openai/v1")
            #expect(server.environment["OPENAI_BASE_URL"] == server.openAI)
            #expect(server.environment["ANTHROPIC_BASE_URL"] == server.anthropic)
            #expect(server.environment["ANTHROPIC_API_KEY"] != nil)
            #expect(try server.baseURL(of: "backup") == server.url + "/backup/v1")
            #expect(throws: BrownoutError.self) { try server.baseURL(of: "nobody") }
            #expect(try await ask(server.baseURL(of: "backup")) == 200)
            #expect(try await server.calls()[0].providers == ["backup"])
            for base in [server.mistral, server.ollama] { #expect(base.hasPrefix(server.url)) }
            let health = try #require(URL(string: server.controlURL + "/health"))
            let (body, _) = try await URLSession.shared.data(from: health)
            #expect(String(decoding: body, as: UTF8.self).contains("ok"))
        }
    }

    @Test func serversDoNotKnowOfEachOther() async throws {
        let one = try await Brownout.start()
        let other = try await Brownout.start(overloadedOnce)
        #expect(try await ask(one.openAI) == 200)
        #expect(try await ask(other.openAI) == 503)
        #expect(try await one.calls().map(\.statuses) == [[200]])
        #expect(try await other.calls().map(\.statuses) == [[503]])
        await one.stop()
        await other.stop()
    }

    @Test func aClockThatGoesByItselfIsNotMoved() async throws {
        let server = try await Brownout.start()
        await #expect(throws: BrownoutError.self) { try await server.advance(by: .seconds(1)) }
        await server.stop()
    }
}

@Suite(.brownout(overloadedOnce)) struct SuiteTraitTests {
    @Test(arguments: 1...3) func eachTestHasItsOwnServer(number: Int) async throws {
        let server = try Brownout.current
        #expect(try await ask(server.openAI, "\(number)") == 503)
        #expect(try await server.calls().map(\.statuses) == [[503]])
    }
}

struct TraitTests {
    @Test(.brownout("beside.yaml", seed: 3, isJudged: true))
    func aFileIsFoundBesideTheTest() async throws {
        let server = try Brownout.current
        #expect(server.seed == 3)
        #expect(try await ask(server.openAI) == 503)
        try await server.advance(by: .seconds(2))
        #expect(try await ask(server.openAI) == 200)
        let verdict = try await server.verdict()
        #expect(verdict["retry-after-honoured"]?.result == .pass)
        #expect(verdict.expectations.map(\.result) == [.pass])
        #expect(verdict.result == .pass)
        let waited = try #require(verdict.calls[0].attempts[0].waited)
        #expect(waited >= .seconds(2) && waited < .seconds(3))
        #expect(verdict.calls[0].attempts[0].promised == .seconds(2))
    }

    /// The trait records an issue of its own.
    @Test func aJudgedTestFailsWithItsVerdict() async throws {
        let test = try #require(Test.current)
        let noGood = Brownout.Scenario.yaml(
            "scenario: No good\nrules: [{name: no good, fault: invalid-api-key}]")
        let trait = BrownoutTrait.brownout(noGood, isJudged: true)
        let body: @Sendable () async throws -> Void = {
            for _ in 1...2 {
                let status = try await ask(Brownout.current.openAI)
                #expect(status == 401)
            }
        }
        try await withKnownIssue {
            try await trait.provideScope(for: test, testCase: nil, performing: body)
        } matching: { issue in
            issue.comments.contains { $0.rawValue.contains("permanent-not-retried") }
        }
    }

    @Test func withoutTheTraitNoServerRuns() {
        #expect(throws: BrownoutError.self) { try Brownout.current }
    }
}
