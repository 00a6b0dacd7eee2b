import BrownoutDialects
import BrownoutEngine
import BrownoutJSON
import BrownoutTesting
import BrownoutWire
import Testing

/// Calls in the other forms of OpenAI's API, and tools of Anthropic's own.
@Suite struct CallFormTests {
    static let code = Reply.ToolCall(
        id: 21, name: "code", arguments: TokenText("print(\"Hi\")\n"), form: .custom)
    static let function = Reply.ToolCall(
        id: 22, name: "get_weather", arguments: TokenText("{\"city\":\"Paris\",\"days\":2}"),
        form: .legacy)

    static func reply(_ calls: Reply.ToolCall..., text: String? = nil) -> Reply {
        Reply(
            choices: [
                Reply.Choice(
                    text: text.map { TokenText($0) }, toolCalls: calls, finish: .toolCalls)
            ], promptTokens: 40)
    }

    private func answer(_ reply: Reply, _ changes: [(String, JSON)] = []) -> Answer {
        Dialects.answer(
            Samples.request(.openai, changes), reply: reply, context: Samples.context)
    }

    @Test func customCallsAreOpenAIs() {
        let reply = Self.reply(Self.code, Samples.weatherCall)
        Golden.check(answer(reply).transcript, "openai-custom.http")
        Golden.check(answer(reply, [("stream", true)]).transcript, "openai-custom-stream.http")
    }

    @Test func functionCallsAreOpenAIs() {
        let reply = Self.reply(Self.function)
        Golden.check(answer(reply).transcript, "openai-function.http")
        Golden.check(answer(reply, [("stream", true)]).transcript, "openai-function-stream.http")
    }

    @Test func theFragmentsOfAnInputAddUp() throws {
        for text in [nil, "Let me see."] {
            let custom = try answer(Self.reply(Self.code, text: text), [("stream", true)]).frames()
            let inputs = custom.compactMap {
                $0.value(at: "/choices/0/delta/tool_calls/0/custom/input")?.stringValue
            }
            #expect(inputs.joined() == Self.code.arguments.text)
            let names = custom.compactMap {
                $0.value(at: "/choices/0/delta/tool_calls/0/custom/name")?.stringValue
            }
            #expect(names == ["code"])
            let old = try answer(Self.reply(Self.function, text: text), [("stream", true)])
                .frames()
            let arguments = old.compactMap {
                $0.value(at: "/choices/0/delta/function_call/arguments")?.stringValue
            }
            #expect(arguments.joined() == Self.function.arguments.text)
            #expect(old.allSatisfy { $0.value(at: "/choices/0/delta/tool_calls") == nil })
        }
    }

    @Test func aForcedCallEndsWithStopInEveryForm() throws {
        let custom: JSON = ["type": "custom", "custom": ["name": "code"]]
        let forms: [(Reply, [(String, JSON)], (String, JSON), String)] = [
            (Self.reply(Self.code), [("tools", [custom])], ("tool_choice", custom), "tool_calls"),
            (
                Self.reply(Self.function), [("functions", [["name": "get_weather"]])],
                ("function_call", ["name": "get_weather"]), "function_call"
            ),
        ]
        for (reply, offer, force, word) in forms {
            func finish(_ changes: [(String, JSON)]) throws -> JSON? {
                try answer(reply, changes).json().value(at: "/choices/0/finish_reason")
            }
            #expect(try finish(offer) == .string(word))
            #expect(try finish(offer + [force]) == "stop")
        }
    }

    // MARK: Faults

    @Test(arguments: [false, true])
    func argumentsOfEveryFormHaveAMark(_ stream: Bool) {
        let more: [(String, JSON)] = stream ? [("stream", true)] : []
        for (call, expected) in [
            (Self.code, #""input":""#), (Self.function, #""arguments":""#),
        ] {
            let mark: StaticString?
            let replayed: StaticString?
            let answer = answer(Self.reply(call), more)
            switch answer.body {
            case .events(let stream):
                mark = stream.toolMark
                replayed =
                    RecordedAnswer.stream(answer.bytes, StreamForm(.sse), of: .openai).toolMark
            case .whole(let body):
                mark = body.toolMark
                replayed = RecordedAnswer.whole(answer.bytes, of: .openai).toolMark
            case .passed: (mark, replayed) = (nil, nil)
            }
            #expect(mark?.description == expected)
            #expect(replayed?.description == expected)
        }
    }

    @Test func argumentsAreCutInEveryForm() {
        for call in [Self.code, Self.function] {
            let request = ChatRequest(model: "m", stream: false)
            func faulty(_ fault: ContentFault) -> Reply? {
                Self.reply(call).with(fault, for: request, .openai, Samples.context.exchange)
            }
            let cut = faulty(.argumentsCut)?.choices[0].toolCalls[0]
            #expect(cut?.form == call.form)
            #expect(cut.map { call.arguments.text.hasPrefix($0.arguments.text) } == true)
            #expect(cut?.arguments != call.arguments)
            // A text that is no JSON anyway cannot be made one that is not.
            #expect((faulty(.argumentsNotJSON) == nil) == (call.form == .custom))
        }
    }

    @Test func anUnknownFunctionIsCalledAsFunctionsAre() {
        let request = Samples.request(.openai, [("functions", [["name": "f"]])])
        let reply = request.chat.flatMap {
            Samples.hello.with(.unknownTool, for: $0, .openai, Samples.context.exchange)
        }
        #expect(reply?.choices[0].toolCalls.map(\.form) == [.legacy])
        #expect(request.facts.hasTools)
    }

    // MARK: Requests

    @Test func whatIsOfferedIsRead() {
        let grammar: JSON = ["syntax": "regex", "definition": "a+"]
        let custom: JSON = [
            "type": "custom",
            "custom": ["name": "code", "format": ["type": "grammar", "grammar": grammar]],
        ]
        let function: JSON = ["type": "function", "function": ["name": "w"]]
        let allowed: JSON = [
            "type": "allowed_tools",
            "allowed_tools": [
                "mode": "required", "tools": [["type": "custom", "custom": ["name": "code"]]],
            ],
        ]
        let chat = Samples.request(
            .openai, [("tools", [custom, function]), ("tool_choice", allowed)]
        ).chat
        #expect(chat?.tools.map(\.form) == [.custom, .function])
        #expect(chat?.tools.first?.grammar == grammar)
        #expect(chat?.callableTools.map(\.name) == ["code"])
        #expect(chat?.toolChoice == .required)
    }

    @Test func whatWasCalledIsKnown() {
        let custom: JSON = [
            "id": "c1", "type": "custom", "custom": ["name": "code", "input": "x"],
        ]
        let function: JSON = [
            "id": "c2", "type": "function", "function": ["name": "w", "arguments": "{}"],
        ]
        let openAI: JSON = [
            ["role": "user", "content": "hi"],
            ["role": "assistant", "function_call": ["name": "old", "arguments": "{}"]],
            ["role": "function", "name": "old", "content": "1"],
            ["role": "assistant", "tool_calls": [custom, function]],
            ["role": "tool", "tool_call_id": "c1", "content": "1"],
            ["role": "tool", "tool_call_id": "c2", "content": "1"],
        ]
        let chat = Samples.request(.openai, [("messages", openAI)]).chat
        #expect(chat?.calledTools == ["old", "code", "w"])
        #expect(chat?.endsWithToolResult == true)
        let use: JSON = ["type": "tool_use", "id": "t1", "name": "w", "input": [:]]
        let anthropic: JSON = [
            ["role": "user", "content": "hi"], ["role": "assistant", "content": [use]],
            ["role": "user", "content": [["type": "tool_result", "tool_use_id": "t1"]]],
        ]
        let message = Samples.request(.anthropic, [("messages", anthropic)]).chat
        #expect(message?.calledTools == ["w"])
    }

    @Test(arguments: [
        ("bash_20250124", "bash"), ("bash_20241022", "bash"),
        ("text_editor_20250728", "str_replace_based_edit_tool"),
        ("text_editor_20241022", "str_replace_editor"), ("memory_20250818", "memory"),
        ("computer_20250124", "computer"),
    ])
    func toolsThatTheClientRunsHaveAKnownSchema(_ type: String, _ name: String) throws {
        let tool: JSON = [
            "type": .string(type), "name": .string(name), "display_width_px": 1024,
            "display_height_px": 768,
        ]
        let chat = try #require(Samples.request(.anthropic, [("tools", [tool])]).chat)
        #expect(chat.tools.map(\.name) == [name])
        #expect(chat.tools[0].schema["type"] == "object")
        #expect(chat.callableTools.count == 1)
    }

    @Test(arguments: ["web_search_20250305", "code_execution_20250825", "web_fetch_20250910"])
    func toolsThatTheProviderRunsAreNotCalled(_ type: String) {
        let tool: JSON = ["type": .string(type), "name": "x"]
        #expect(Samples.request(.anthropic, [("tools", [tool])]).chat?.tools == [])
    }
}
