import BrownoutJournal
import BrownoutRecords
import BrownoutServer
import Testing

/// A model that the provider does not have, under rules.
@Suite struct UnknownModelTests {
    private static let scenario = """
        scenario: rules about models
        models: [acme-*]
        reply: {text: from the scenario}
        rules:
          - {name: busy, when: {model: gpt-busy}, fault: overloaded}
          - {name: scripted, when: {model: "gpt-scripted*"}, reply: {text: from a rule}}
          - {name: slow, when: {model: gpt-slow}, latency: 1ms}
        """

    private static func request(_ model: String, stream: Bool = false) -> String {
        Request.post(
            "/v1/chat/completions",
            #"{"model":"\#(model)","stream":\#(stream),"#
                + #""messages":[{"role":"user","content":"hi"}]}"#)
    }

    @Test(arguments: [
        ("gpt-nope", 404, "The model `gpt-nope` does not exist"),
        ("gpt-slow", 404, "The model `gpt-slow` does not exist"),
        ("gpt-busy", 503, "overloaded"), ("gpt-scripted-1", 200, "from a rule"),
        ("acme-1", 200, "from the scenario"), ("gpt-4o", 200, "from the scenario"),
    ])
    func rulesSpeakOfUnknownModelsToo(_ model: String, _ status: Int, _ text: String) async throws {
        let journal = try await LiveServer.run(Self.scenario) { server in
            let answer = try server.exchange(Self.request(model))
            #expect(Request.status(answer.text) == status)
            #expect(answer.text.contains(text))
        }
        #expect(journal.first?.model == model)
    }

    @Test func aScriptedAnswerOfAnUnknownModelStreamsToo() async throws {
        try await LiveServer.run(Self.scenario) { server in
            let answer = try server.exchange(Self.request("gpt-scripted", stream: true))
            #expect(Request.status(answer.text) == 200)
            #expect(answer.text.contains("data: [DONE]"))
        }
    }
}
