import BrownoutDialects
import BrownoutEngine
import BrownoutJSON
import BrownoutTesting
import BrownoutWire
import Testing

@Suite struct AnswerTests {
    private func answer(
        _ dialect: DialectName, _ reply: Reply, _ changes: [(String, JSON)] = []
    ) -> Answer {
        Dialects.answer(
            Samples.request(dialect, changes), reply: reply, context: Samples.context)
    }

    private static let calls = Reply(
        choices: [
            Reply.Choice(toolCalls: [Samples.weatherCall, Samples.clockCall], finish: .toolCalls)
        ], promptTokens: 40)
    private static let thinking = Reply(
        choices: [
            Reply.Choice(
                thinking: TokenText("The user greets me."), text: TokenText("Hello!"),
                toolCalls: [Samples.weatherCall], finish: .toolCalls)
        ], promptTokens: 40)
    private static let refusal = Reply(
        choices: [Reply.Choice(text: TokenText("I can't help."), finish: .refusal)],
        promptTokens: 9)

    @Test(arguments: DialectName.allCases)
    func aPlainAnswerIsTheProviders(_ dialect: DialectName) {
        Golden.check(answer(dialect, Samples.hello).transcript, "\(dialect)-plain.http")
    }

    @Test(arguments: DialectName.allCases)
    func aStreamIsTheProviders(_ dialect: DialectName) {
        let answer = answer(dialect, Samples.hello, [("stream", true)])
        Golden.check(answer.transcript, "\(dialect)-stream.http")
    }

    @Test(arguments: DialectName.allCases)
    func toolCallsAreTheProviders(_ dialect: DialectName) {
        Golden.check(answer(dialect, Self.calls).transcript, "\(dialect)-tools.http")
        Golden.check(
            answer(dialect, Self.calls, [("stream", true)]).transcript,
            "\(dialect)-tools-stream.http")
    }

    @Test(arguments: DialectName.allCases)
    func thinkingTextAndAToolStandInOneAnswer(_ dialect: DialectName) {
        Golden.check(answer(dialect, Self.thinking).transcript, "\(dialect)-mixed.http")
        Golden.check(
            answer(dialect, Self.thinking, [("stream", true)]).transcript,
            "\(dialect)-mixed-stream.http")
    }

    @Test(arguments: DialectName.allCases)
    func aRefusalIsTheProviders(_ dialect: DialectName) {
        Golden.check(answer(dialect, Self.refusal).transcript, "\(dialect)-refusal.http")
        Golden.check(
            answer(dialect, Self.refusal, [("stream", true)]).transcript,
            "\(dialect)-refusal-stream.http")
    }

    @Test func severalChoicesGrowSideBySide() {
        let reply = Reply(
            choices: [
                Reply.Choice(text: TokenText("One two."), finish: .stop),
                Reply.Choice(text: TokenText("Three"), finish: .length),
            ], promptTokens: 9)
        Golden.check(answer(.openai, reply, [("n", 2)]).transcript, "openai-choices.http")
        Golden.check(
            answer(.openai, reply, [("n", 2), ("stream", true)]).transcript,
            "openai-choices-stream.http")
    }

    @Test func usageComesInTheLastChunkAndIsNullBefore() throws {
        let answer = answer(
            .openai, Samples.hello,
            [
                ("stream", true),
                ("stream_options", ["include_usage": true, "include_obfuscation": false]),
            ])
        Golden.check(answer.transcript, "openai-usage-stream.http")
        let frames = try answer.frames()
        #expect(frames.dropLast().allSatisfy { $0["usage"] == JSON.null })
        #expect(frames.last?["choices"] == [])
        #expect(frames.last?["usage"]?["total_tokens"]?.intValue == 21)
    }

    @Test func withoutTheOptionThereIsNoUsage() throws {
        let frames = try answer(.openai, Samples.hello, [("stream", true)]).frames()
        #expect(frames.allSatisfy { $0["usage"] == nil })
    }

    @Test func aForcedFunctionEndsWithStop() throws {
        let tool: JSON = ["type": "function", "function": ["name": "get_weather"]]
        let choice: JSON = ["type": "function", "function": ["name": "get_weather"]]
        let forced = answer(.openai, Self.calls, [("tools", [tool]), ("tool_choice", choice)])
        #expect(try forced.json().value(at: "/choices/0/finish_reason") == "stop")
        let free = answer(.openai, Self.calls, [("tools", [tool])])
        #expect(try free.json().value(at: "/choices/0/finish_reason") == "tool_calls")
    }

    @Test func finishWordsAreEachProviders() throws {
        let finishes: [(Reply.Finish, String, String)] = [
            (.stop, "stop", "end_turn"), (.length, "length", "max_tokens"),
            (.stopSequence("END"), "stop", "stop_sequence"), (.toolCalls, "tool_calls", "tool_use"),
            (.verbatim("pause_turn"), "pause_turn", "pause_turn"),
        ]
        for (finish, openAI, anthropic) in finishes {
            let reply = Reply(
                choices: [Reply.Choice(text: TokenText("x"), finish: finish)], promptTokens: 1)
            let first = try answer(.openai, reply).json()
            #expect(first.value(at: "/choices/0/finish_reason") == .string(openAI))
            let second = try answer(.anthropic, reply).json()
            #expect(second["stop_reason"] == .string(anthropic))
            #expect((second["stop_sequence"] == "END") == (finish == .stopSequence("END")))
        }
    }

    @Test(arguments: [
        ("gpt-4o-mini", "gpt-4o-mini-2024-07-18"), ("gpt-4o", "gpt-4o-2024-08-06"),
        ("gpt-4o-my-own", "gpt-4o-my-own"),
    ])
    func aliasesAreAnsweredWithTheirSnapshot(_ model: String, _ snapshot: String) throws {
        let answer = answer(.openai, Samples.hello, [("model", .string(model))])
        #expect(try answer.json()["model"] == .string(snapshot))
    }

    /// Those that show one at a path of its own.
    @Test(arguments: [DialectName.openai, .anthropic, .mistral])
    func modelsAreListedAndFound(_ dialect: DialectName) throws {
        func get(_ target: String) -> Answer {
            let parsed = Samples.request(
                dialect, .success(.null), path: target, method: "GET")
            return Dialects.answer(parsed, reply: nil, context: Samples.context)
        }
        let list = get("/v1/models")
        Golden.check(list.transcript, "\(dialect)-models.http")
        for model in try list.json()["data"]?.arrayValue ?? [] {
            let id = try #require(model["id"]?.stringValue)
            #expect(try get("/v1/models/\(id)").json() == model)
        }
        Golden.check(get("/v1/models/nope").transcript, "\(dialect)-model-unknown.http")
    }

    @Test func scriptedArgumentsThatAreNoJSONLeaveThePlainMessageWhole() throws {
        let call = Reply.ToolCall(id: 3, name: "f", arguments: TokenText("{\"ci"))
        let reply = Reply(
            choices: [Reply.Choice(toolCalls: [call], finish: .toolCalls)], promptTokens: 1)
        let anthropic = try answer(.anthropic, reply).json()
        #expect(anthropic.value(at: "/content/0/input") == "{\"ci")
        let openAI = try answer(.openai, reply).json()
        #expect(
            openAI.value(at: "/choices/0/message/tool_calls/0/function/arguments") == "{\"ci")
    }
}
