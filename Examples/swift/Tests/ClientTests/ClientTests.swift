import BrownoutKit
import Client
import Testing

@Test(.brownout("overloaded.yaml", isJudged: true))
func anOverloadIsWaitedOut() async throws {
    let provider = try Brownout.current
    let answer = try await Client(base: provider.openAI, key: "sk-any").ask("Hello?")
    #expect(!answer.isEmpty)
    #expect(try await provider.calls().map(\.statuses) == [[503, 200]])
}

@Test func aKeyThatIsNoGoodIsNotTriedAgain() async throws {
    let scenario = Brownout.Scenario.yaml(
        """
        scenario: No good
        rules: [{name: no good, fault: invalid-api-key}]
        """)
    try await Brownout.with(scenario) { provider in
        await #expect(throws: Client.Refused(status: 401)) {
            try await Client(base: provider.openAI, key: "sk-any").ask("Hello?")
        }
        #expect(try await provider.verdict()["permanent-not-retried"]?.result == .pass)
    }
}
