import BrownoutDialects
import BrownoutEngine
import BrownoutJSON
import BrownoutTesting
import Testing

@Suite struct ValidationTests {
    /// A changed member and what the provider says to it.
    struct Row: Sendable, CustomTestStringConvertible {
        var changes: [(String, JSON)]
        var message: String
        var code: String?
        var param: String?

        init(_ changes: [(String, JSON)], _ message: String, _ code: String?, _ param: String?) {
            self.changes = changes
            self.message = message
            self.code = code
            self.param = param
        }

        var testDescription: String { JSON.object(changes.map { JSONMember($0.0, $0.1) }).text }
    }

    private static func message(_ message: JSON) -> [(String, JSON)] { [("messages", [message])] }
    private static let tool: JSON = ["type": "function", "function": ["name": "f"]]

    private static let openAI: [Row] = [
        Row(
            [("model", 5)],
            "Invalid type for 'model': expected a string, but got an integer instead.",
            "invalid_type", "model"),
        Row(
            [("messages", "hi")],
            "Invalid type for 'messages': expected an array of objects, but got a string instead.",
            "invalid_type", "messages"),
        Row(
            [("messages", [])],
            "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an "
                + "empty array instead.", "empty_array", "messages"),
        Row(
            message(["content": "x"]), "Missing required parameter: 'messages[0].role'.",
            "missing_required_parameter", "messages[0].role"),
        Row(
            message(["role": "robot", "content": "x"]),
            "Invalid value: 'robot'. Supported values are: 'system', 'assistant', 'user', "
                + "'function', 'tool', and 'developer'.", "invalid_value", "messages[0].role"),
        Row(
            message(["role": "user"]), "Missing required parameter: 'messages[0].content'.",
            "missing_required_parameter", "messages[0].content"),
        Row(
            message(["role": "user", "content": 1.5]),
            "Invalid type for 'messages[0].content': expected one of a string or array of objects, "
                + "but got a decimal number instead.", "invalid_type", "messages[0].content"),
        Row(
            message(["role": "user", "content": [["type": "text"]]]),
            "Missing required parameter: 'messages[0].content[0].text'.",
            "missing_required_parameter", "messages[0].content[0].text"),
        Row(
            message(["role": "tool", "content": "x"]),
            "Missing parameter 'tool_call_id': messages with role 'tool' must have a "
                + "'tool_call_id'.", nil, "messages.[0].tool_call_id"),
        Row(
            [("temperature", 3)],
            "Invalid 'temperature': decimal above maximum value. Expected a value <= 2, but got 3 "
                + "instead.", "decimal_above_max_value", "temperature"),
        Row(
            [("temperature", "hot")],
            "Invalid type for 'temperature': expected a decimal, but got a string instead.",
            "invalid_type", "temperature"),
        Row(
            [("top_p", -1)],
            "Invalid 'top_p': decimal below minimum value. Expected a value >= 0, but got -1 "
                + "instead.", "decimal_below_min_value", "top_p"),
        Row(
            [("n", 129)],
            "Invalid 'n': integer above maximum value. Expected a value <= 128, but got 129 "
                + "instead.", "integer_above_max_value", "n"),
        Row(
            [("n", 0)],
            "Invalid 'n': integer below minimum value. Expected a value >= 1, but got 0 instead.",
            "integer_below_min_value", "n"),
        Row(
            [("max_tokens", 1.5)],
            "Invalid type for 'max_tokens': expected an integer, but got a decimal number instead.",
            "invalid_type", "max_tokens"),
        Row(
            [("model", "o3"), ("max_tokens", 5)],
            "Unsupported parameter: 'max_tokens' is not supported with this model. Use "
                + "'max_completion_tokens' instead.", "unsupported_parameter", "max_tokens"),
        Row(
            [("stream", "yes")],
            "Invalid type for 'stream': expected a boolean, but got a string instead.",
            "invalid_type", "stream"),
        Row(
            [("stream_options", ["include_usage": true])],
            "The 'stream_options' parameter is only allowed when 'stream' is enabled.", nil,
            "stream_options"),
        Row(
            [("tools", [])],
            "Invalid 'tools': empty array. Expected an array with minimum length 1, but got an "
                + "empty array instead.", "empty_array", "tools"),
        Row(
            [("tools", [["type": "function"]])],
            "Missing required parameter: 'tools[0].function'.", "missing_required_parameter",
            "tools[0].function"),
        Row(
            [("tools", [["type": "function", "function": ["name": "a b"]]])],
            "Invalid 'tools[0].function.name': string does not match pattern. Expected a string "
                + "that matches the pattern '^[a-zA-Z0-9_-]+$'.", "invalid_value",
            "tools[0].function.name"),
        Row(
            [("tool_choice", "auto")],
            "Invalid value for 'tool_choice': 'tool_choice' is only allowed when 'tools' are "
                + "specified.", nil, "tool_choice"),
        Row(
            [("tools", [tool]), ("tool_choice", "maybe")],
            "Invalid value: 'maybe'. Supported values are: 'none', 'auto', and 'required'.",
            "invalid_value", "tool_choice"),
        Row(
            [("stop", ["a", "b", "c", "d", "e"])],
            "Invalid 'stop': array too long. Expected an array with maximum length 4, but got an "
                + "array with length 5 instead.", "array_above_max_length", "stop"),
        Row(
            [("response_format", ["type": "xml"])],
            "Invalid value: 'xml'. Supported values are: 'json_object', 'json_schema', and "
                + "'text'.", "invalid_value", "response_format.type"),
    ]

    @Test(arguments: openAI)
    func openAIRefusesInItsOwnWords(_ row: Row) throws {
        let refusal = try #require(Samples.request(.openai, row.changes).refusal)
        #expect(
            refusal
                == ProviderError(
                    status: 400, type: "invalid_request_error", message: row.message,
                    code: row.code, param: row.param))
    }

    private static let anthropic: [([(String, JSON)], String)] = [
        ([("max_tokens", .null)], "max_tokens: Field required"),
        ([("max_tokens", "many")], "max_tokens: Input should be a valid integer"),
        ([("max_tokens", 0)], "max_tokens: must be greater than or equal to 1"),
        ([("model", 1)], "model: Input should be a valid string"),
        ([("messages", "hi")], "messages: Input should be a valid list"),
        ([("messages", [])], "messages: at least one message is required"),
        (message(["content": "x"]), "messages.0.role: Field required"),
        (message(["role": "user"]), "messages.0.content: Field required"),
        (
            message(["role": "tool", "content": "x"]),
            "messages.0.role: Input should be 'user' or 'assistant'"
        ),
        (
            message(["role": "system", "content": "x"]),
            "messages: Unexpected role \"system\". The Messages API accepts a top-level `system` "
                + "parameter, not \"system\" as an input message role."
        ),
        (
            message(["role": "user", "content": 5]),
            "messages.0.content: Input should be a valid list"
        ),
        (
            message(["role": "user", "content": [["text": "x"]]]),
            "messages.0.content.0.type: Field required"
        ),
        (
            message(["role": "user", "content": [["type": "text"]]]),
            "messages.0.content.0.text.text: Field required"
        ),
        ([("temperature", 1.5)], "temperature: range: 0..1"),
        ([("temperature", "x")], "temperature: Input should be a valid number"),
        ([("stream", 1)], "stream: Input should be a valid boolean"),
        ([("tools", [["name": "f"]])], "tools.0.custom.input_schema: Field required"),
        ([("tools", [["input_schema": [:]]])], "tools.0.custom.name: Field required"),
        (
            [("tool_choice", ["type": "any"])],
            "tool_choice may only be specified while providing tools"
        ),
        (
            [
                ("tools", [["name": "f", "input_schema": ["type": "object"]]]),
                ("tool_choice", ["type": "tool", "name": "g"]),
            ],
            "Tool 'g' not found in provided tools"
        ),
        (
            [("thinking", ["type": "enabled", "budget_tokens": 10])],
            "thinking.enabled.budget_tokens: Input should be greater than or equal to 1024"
        ),
        ([("stop_sequences", [1])], "stop_sequences.0: Input should be a valid string"),
    ]

    @Test(arguments: anthropic.indices)
    func anthropicRefusesInItsOwnWords(_ index: Int) throws {
        let (changes, message) = Self.anthropic[index]
        let refusal = try #require(Samples.request(.anthropic, changes).refusal)
        #expect(
            refusal
                == ProviderError(status: 400, type: "invalid_request_error", message: message))
    }

    @Test func requiredParametersAreNamed() throws {
        func openAI(_ body: JSON) -> String? { Samples.openAI(body).refusal?.message }
        #expect(openAI([:]) == "Missing required parameter: 'model'.")
        #expect(openAI(["model": "gpt-4o"]) == "Missing required parameter: 'messages'.")
        func anthropic(_ body: JSON) -> String? { Samples.anthropic(body).refusal?.message }
        #expect(anthropic([:]) == "model: Field required")
        #expect(anthropic(["model": "gpt-4o"]) == "messages: Field required")
        #expect(
            anthropic(["model": "m", "messages": Samples.messages])
                == "max_tokens: Field required")
    }

    private static func parsed(_ text: String) -> Result<JSON, IncomingRequest.BodyProblem> {
        do throws(JSONParseError) {
            return .success(try JSON.parse(text))
        } catch {
            return .failure(.notJSON(error))
        }
    }

    @Test(arguments: [DialectName.openai, .anthropic, .mistral])
    func unusableBodiesAreRefused(_ dialect: DialectName) throws {
        func refusal(_ body: Result<JSON, IncomingRequest.BodyProblem>) throws -> ProviderError {
            let profile = Dialects.profile(dialect)
            let path = profile.fullPath(profile.sample.path)
            return try #require(Samples.request(dialect, body, path: path).refusal)
        }
        let broken = try refusal(Self.parsed("{,}"))
        let sample = DialectSample.of(dialect)
        #expect(broken.status == sample.notJSON.status)
        #expect(broken.message.hasPrefix(sample.notJSON.message))
        #expect(try refusal(.success(.null)).status == sample.notJSON.status)
        #expect(try refusal(.success([])).status == sample.notJSON.status)
        let large = try refusal(.failure(.tooLarge(limit: 1000)))
        #expect(large.status == 413)
        #expect(large.type == sample.tooLarge)
    }

    @Test(arguments: DialectName.allCases)
    func nullsAreLikeAbsentFields(_ dialect: DialectName) {
        let stop = DialectSample.of(dialect).stop
        let request = Samples.request(
            dialect,
            [
                ("temperature", .null), ("tools", .null), ("stream", .null),
                ("tool_choice", .null), (stop, .null), ("top_p", 0.5), ("metadata", [:]),
            ])
        #expect(request.chat != nil)
    }

    @Test func whatARequestAsksIsRead() throws {
        let chat = try #require(
            Samples.request(
                .openai,
                [
                    ("n", 3), ("stop", "END"), ("max_completion_tokens", 20),
                    ("tools", [Self.tool]),
                    ("tool_choice", "required"), ("parallel_tool_calls", false),
                    ("response_format", ["type": "text"]), ("model", "gpt-5-mini"),
                ]
            ).chat)
        #expect(chat.choices == 3)
        #expect(chat.stop == ["END"])
        #expect(chat.maxTokens == 20)
        #expect(chat.tools == [ChatRequest.Tool(name: "f", schema: .null)])
        #expect(chat.toolChoice == .required)
        #expect(!chat.parallelToolCalls)
        #expect(chat.thinks)
        #expect(chat.promptTokens > 10)
        let message = try #require(
            Samples.request(
                .anthropic,
                [
                    ("max_tokens", 2000), ("stop_sequences", ["a", "b"]),
                    ("tools", [["name": "f", "input_schema": ["type": "object"]]]),
                    (
                        "tool_choice",
                        ["type": "tool", "name": "f", "disable_parallel_tool_use": true]
                    ),
                ]
            ).chat)
        #expect(message.maxTokens == 2000)
        #expect(message.stop == ["a", "b"])
        #expect(!message.thinks)
        #expect(message.toolChoice == .named("f"))
        #expect(!message.parallelToolCalls)
    }

    @Test func aRequestMayAskToThinkFirst() {
        let request = Samples.request(
            .anthropic,
            [
                ("max_tokens", 2000),
                ("thinking", ["type": "enabled", "budget_tokens": 1024]),
            ])
        #expect(request.chat?.thinks == true)
    }

    @Test func aConversationMayEndWithTheResultOfATool() {
        let openAI: JSON = [
            ["role": "user", "content": "weather?"],
            ["role": "assistant", "content": nil, "tool_calls": [Conversations.call("call_1")]],
            ["role": "tool", "tool_call_id": "call_1", "content": "sunny"],
        ]
        let first = Samples.request(.openai, [("messages", openAI)]).chat
        #expect(first?.endsWithToolResult == true)
        #expect(first?.userText == "weather?")
        let anthropic: JSON = [
            ["role": "user", "content": "weather?"],
            [
                "role": "assistant",
                "content": [["type": "tool_use", "id": "t", "name": "f", "input": [:]]],
            ],
            [
                "role": "user",
                "content": [["type": "tool_result", "tool_use_id": "t", "content": "sunny"]],
            ],
        ]
        let second = Samples.request(.anthropic, [("messages", anthropic)]).chat
        #expect(second?.endsWithToolResult == true)
        #expect(second?.userText == "weather?")
    }
}
