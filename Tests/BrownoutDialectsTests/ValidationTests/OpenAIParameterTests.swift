import BrownoutDialects
import BrownoutEngine
import BrownoutJSON
import BrownoutTesting
import Testing

/// Parameters of OpenAI's, wrong in one way each, and the answer to them.
@Suite struct OpenAIParameterTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var changes: [(String, JSON)]
        var message: String
        var code: String?
        var param: String?

        init(_ changes: [(String, JSON)], _ message: String, _ code: String?, _ param: String?) {
            (self.changes, self.message, self.code, self.param) = (changes, message, code, param)
        }

        init(_ name: String, _ value: JSON, _ message: String, _ code: String, _ param: String) {
            self.init([(name, value)], message, code, param)
        }

        var testDescription: String { JSON.object(changes.map { JSONMember($0.0, $0.1) }).text }
    }

    private static func function(_ parameters: JSON, strict: Bool = false) -> JSON {
        [
            [
                "type": "function",
                "function": ["name": "f", "strict": .bool(strict), "parameters": parameters],
            ]
        ]
    }

    private static func format(_ schema: JSON, name: String = "out", strict: Bool = true) -> JSON {
        [
            "type": "json_schema",
            "json_schema": ["name": .string(name), "strict": .bool(strict), "schema": schema],
        ]
    }

    private static let long = String(repeating: "x", count: 65)
    private static let keys = (0..<17).map { JSONMember("key\($0)", "v") }
    private static let tool: JSON = ["type": "function", "function": ["name": "f"]]

    private static let parameters: [Row] = [
        Row([("foo", 1)], "Unrecognized request argument supplied: foo", nil, nil),
        Row(
            [("top_k", 1), ("bar", .null)],
            "Unrecognized request arguments supplied: top_k, bar", nil, nil),
        Row(
            "store", "yes",
            "Invalid type for 'store': expected a boolean, but got a string instead.",
            "invalid_type", "store"),
        Row(
            "user", 7, "Invalid type for 'user': expected a string, but got an integer instead.",
            "invalid_type", "user"),
        Row(
            "safety_identifier", .string(long),
            "Invalid 'safety_identifier': string too long. Expected a string with maximum length "
                + "64, but got a string with length 65 instead.", "string_above_max_length",
            "safety_identifier"),
        Row(
            "service_tier", "gold",
            "Invalid value: 'gold'. Supported values are: 'auto', 'default', 'flex', 'scale', "
                + "'priority', and 'fast'.", "invalid_value", "service_tier"),
        Row(
            "reasoning_effort", "huge",
            "Invalid value: 'huge'. Supported values are: 'none', 'minimal', 'low', 'medium', "
                + "'high', 'xhigh', and 'max'.", "invalid_value", "reasoning_effort"),
        Row(
            "verbosity", "loud",
            "Invalid value: 'loud'. Supported values are: 'low', 'medium', and 'high'.",
            "invalid_value", "verbosity"),
        Row(
            "modalities", [],
            "Invalid 'modalities': empty array. Expected an array with minimum length 1, but got "
                + "an empty array instead.", "empty_array", "modalities"),
        Row(
            "modalities", ["text", "smell"],
            "Invalid value: 'smell'. Supported values are: 'text' and 'audio'.", "invalid_value",
            "modalities[1]"),
        Row(
            "logit_bias", ["50256": 101],
            "Invalid 'logit_bias.50256': decimal above maximum value. Expected a value <= 100, "
                + "but got 101 instead.", "decimal_above_max_value", "logit_bias.50256"),
        Row(
            [("logit_bias", ["word": 1])],
            "Invalid key in 'logit_bias': word. You should only be submitting non-negative "
                + "integers.", nil, "logit_bias"),
        Row(
            "metadata", ["a": 1],
            "Invalid type for 'metadata.a': expected a string, but got an integer instead.",
            "invalid_type", "metadata.a"),
        Row(
            "metadata", .object(keys),
            "Invalid 'metadata': too many properties. Expected an object with at most 16 "
                + "properties, but got an object with 17 properties instead.",
            "object_above_max_properties", "metadata"),
        Row(
            "audio", ["format": "wav"], "Missing required parameter: 'audio.voice'.",
            "missing_required_parameter", "audio.voice"),
        Row(
            "prediction", ["type": "content"],
            "Missing required parameter: 'prediction.content'.", "missing_required_parameter",
            "prediction.content"),
        Row(
            "function_call", "maybe",
            "Invalid value: 'maybe'. Supported values are: 'none' and 'auto'.", "invalid_value",
            "function_call"),
        Row(
            "logprobs", 5,
            "Invalid type for 'logprobs': expected a boolean, but got an integer instead.",
            "invalid_type", "logprobs"),
        Row(
            [("top_logprobs", 2)],
            "The 'top_logprobs' parameter is only allowed when 'logprobs' is enabled.", nil,
            "top_logprobs"),
        Row(
            [("logprobs", true), ("top_logprobs", 21)],
            "Invalid 'top_logprobs': integer above maximum value. Expected a value <= 20, but got "
                + "21 instead.", "integer_above_max_value", "top_logprobs"),
        Row(
            "max_completion_tokens", 0,
            "Invalid 'max_completion_tokens': integer below minimum value. Expected a value >= 1, "
                + "but got 0 instead.", "integer_below_min_value", "max_completion_tokens"),
        Row(
            [("model", "o3"), ("temperature", 0.5)],
            "Unsupported value: 'temperature' does not support 0.5 with this model. Only the "
                + "default (1) value is supported.", "unsupported_value", "temperature"),
        Row(
            [("model", "gpt-5-mini"), ("presence_penalty", 1)],
            "Unsupported value: 'presence_penalty' does not support 1 with this model. Only the "
                + "default (0) value is supported.", "unsupported_value", "presence_penalty"),
        Row(
            [("response_format", ["type": "json_object"])],
            "'messages' must contain the word 'json' in some form, to use 'response_format' of "
                + "type 'json_object'.", nil, "messages"),
    ]

    private static func allowing(_ tools: JSON) -> JSON {
        ["type": "allowed_tools", "allowed_tools": ["mode": "auto", "tools": tools]]
    }

    private static let tools: [Row] = [
        Row(
            "tools", .array(Array(repeating: tool, count: 129)),
            "Invalid 'tools': array too long. Expected an array with maximum length 128, but got "
                + "an array with length 129 instead.", "array_above_max_length", "tools"),
        Row(
            "tools", [["type": "function", "function": ["name": .string(long)]]],
            "Invalid 'tools[0].function.name': string too long. Expected a string with maximum "
                + "length 64, but got a string with length 65 instead.",
            "string_above_max_length", "tools[0].function.name"),
        Row(
            "tools", [["type": "gadget"]],
            "Invalid value: 'gadget'. Supported values are: 'function' and 'custom'.",
            "invalid_value", "tools[0].type"),
        Row(
            "tools", function(["type": "string"]),
            "Invalid schema for function 'f': schema must be a JSON Schema of 'type: \"object\"', "
                + "got 'type: \"string\"'.", "invalid_function_parameters",
            "tools[0].function.parameters"),
        Row(
            "tools", function(["type": "object", "properties": ["xs": ["type": "array"]]]),
            "Invalid schema for function 'f': In context=('properties', 'xs'), array schema "
                + "missing items.", "invalid_function_parameters", "tools[0].function.parameters"),
        Row(
            "tools", function(["type": "object", "properties": [:]], strict: true),
            "Invalid schema for function 'f': In context=(), 'additionalProperties' is required "
                + "to be supplied and to be false.", "invalid_function_parameters",
            "tools[0].function.parameters"),
        Row(
            [
                ("tools", [tool]),
                ("tool_choice", allowing([["type": "function", "function": ["name": "g"]]])),
            ],
            "Invalid value for 'tool_choice': no function named 'g' was specified in the 'tools' "
                + "parameter.", nil, "tool_choice"),
        Row(
            [("tools", [tool]), ("tool_choice", allowing([]))],
            "Invalid 'tool_choice.allowed_tools.tools': empty array. Expected an array with "
                + "minimum length 1, but got an empty array instead.", "empty_array",
            "tool_choice.allowed_tools.tools"),
        Row(
            "tools",
            [
                [
                    "type": "custom",
                    "custom": [
                        "name": "c", "format": ["type": "grammar", "grammar": ["syntax": "ebnf"]],
                    ],
                ]
            ],
            "Invalid value: 'ebnf'. Supported values are: 'lark' and 'regex'.", "invalid_value",
            "tools[0].custom.format.grammar.syntax"),
        Row(
            [("function_call", "auto")],
            "Invalid value for 'function_call': 'function_call' is only allowed when 'functions' "
                + "are specified.", nil, "function_call"),
        Row(
            [("functions", [["name": "f"]]), ("function_call", ["name": "g"])],
            "Invalid value for 'function_call': no function named 'g' was specified in the "
                + "'functions' parameter.", nil, "function_call"),
        Row(
            [("tools", [tool]), ("tool_choice", ["type": "function", "function": ["name": "g"]])],
            "Invalid value for 'tool_choice': no function named 'g' was specified in the 'tools' "
                + "parameter.", nil, "tool_choice"),
    ]

    private static let formats: [Row] = [
        Row(
            "response_format", format(["type": "object"], name: "a b", strict: false),
            "Invalid 'response_format.json_schema.name': string does not match pattern. Expected "
                + "a string that matches the pattern '^[a-zA-Z0-9_-]+$'.", "invalid_value",
            "response_format.json_schema.name"),
        Row(
            "response_format", ["type": "json_schema"],
            "Missing required parameter: 'response_format.json_schema'.",
            "missing_required_parameter", "response_format.json_schema"),
        Row(
            "response_format", ["type": "json_schema", "json_schema": ["schema": [:]]],
            "Missing required parameter: 'response_format.json_schema.name'.",
            "missing_required_parameter", "response_format.json_schema.name"),
        Row(
            [("response_format", format(["type": "array", "items": ["type": "string"]]))],
            "Invalid schema for response_format 'out': schema must be a JSON Schema of 'type: "
                + "\"object\"', got 'type: \"array\"'.", nil, "response_format"),
        Row(
            [
                (
                    "response_format",
                    format(["type": "object", "properties": ["a": ["type": "string"]]])
                )
            ],
            "Invalid schema for response_format 'out': In context=(), 'additionalProperties' is "
                + "required to be supplied and to be false.", nil, "response_format"),
        Row(
            [
                (
                    "response_format",
                    format([
                        "type": "object", "additionalProperties": false, "required": ["a"],
                        "properties": ["a": ["type": "string"], "b": ["type": "string"]],
                    ])
                )
            ],
            "Invalid schema for response_format 'out': In context=(), 'required' is required to "
                + "be supplied and to be an array including every key in properties. Missing "
                + "'b'.", nil, "response_format"),
        Row(
            [
                (
                    "response_format",
                    format([
                        "type": "object", "additionalProperties": false, "required": ["xs"],
                        "properties": [
                            "xs": ["type": "array", "items": ["type": "object"]]
                        ],
                    ])
                )
            ],
            "Invalid schema for response_format 'out': In context=('properties', 'xs', 'items'), "
                + "'additionalProperties' is required to be supplied and to be false.", nil,
            "response_format"),
        Row(
            [
                (
                    "response_format",
                    format([
                        "type": "object", "additionalProperties": false, "required": ["x"],
                        "properties": ["x": ["oneOf": [["type": "string"]]]],
                    ])
                )
            ],
            "Invalid schema for response_format 'out': In context=('properties', 'x'), 'oneOf' is "
                + "not permitted.", nil, "response_format"),
        Row(
            [
                (
                    "response_format",
                    format([
                        "type": "object", "additionalProperties": false, "required": ["x"],
                        "properties": ["x": ["description": "?"]],
                    ])
                )
            ],
            "Invalid schema for response_format 'out': In context=('properties', 'x'), schema "
                + "must have a 'type' key.", nil, "response_format"),
    ]

    @Test(arguments: parameters + tools + formats)
    func aWrongParameterIsRefusedInOpenAIsWords(_ row: Row) throws {
        let refusal = try #require(Samples.request(.openai, row.changes).refusal)
        #expect(
            refusal
                == ProviderError(
                    status: 400, type: "invalid_request_error", message: row.message,
                    code: row.code, param: row.param))
    }

    /// A request with every parameter that the SDK knows, once.
    @Test func everyParameterOfTheSDKIsTaken() {
        let changes: [(String, JSON)] = [
            ("audio", ["voice": ["id": "voice_1"], "format": "mp3"]), ("frequency_penalty", 0.5),
            ("function_call", "auto"), ("functions", [["name": "g"]]),
            ("logit_bias", ["50256": -100]), ("logprobs", true), ("max_completion_tokens", 20),
            ("metadata", ["a": "b"]), ("modalities", ["text", "audio"]),
            ("moderation", ["model": "omni-moderation-latest"]), ("n", 2),
            ("parallel_tool_calls", true),
            ("prediction", ["type": "content", "content": "x"]), ("presence_penalty", -1),
            ("prompt_cache_key", "k"), ("prompt_cache_options", ["mode": "implicit"]),
            ("prompt_cache_retention", "24h"), ("reasoning_effort", "low"),
            ("response_format", ["type": "text"]), ("safety_identifier", "s"), ("seed", 1),
            ("service_tier", "priority"), ("stop", ["a"]), ("store", true), ("stream", true),
            ("stream_options", ["include_usage": true]), ("temperature", 0.5),
            ("tool_choice", "auto"), ("tools", [Self.tool]), ("top_logprobs", 3), ("top_p", 0.5),
            ("user", "u"), ("verbosity", "low"),
            (
                "web_search_options",
                [
                    "search_context_size": "low",
                    "user_location": ["type": "approximate", "approximate": ["city": "Paris"]],
                ]
            ),
        ]
        #expect(Samples.request(.openai, changes).refusal == nil)
        #expect(Samples.request(.openai, changes.map { ($0.0, .null) }).refusal == nil)
    }

    /// As the SDK makes them of classes (`to_strict_json_schema`).
    @Test func aStrictSchemaWithEverythingIsTaken() {
        let schema: JSON = [
            "type": "object", "additionalProperties": false,
            "$defs": [
                "Step": [
                    "type": "object", "additionalProperties": false, "required": ["next", "kind"],
                    "properties": [
                        "next": ["anyOf": [["$ref": "#/$defs/Step"], ["type": "null"]]],
                        "kind": ["enum": ["a", "b"], "type": "string"],
                    ],
                ]
            ],
            "properties": [
                "steps": ["type": "array", "items": ["$ref": "#/$defs/Step"]],
                "note": ["type": ["string", "null"]], "one": ["const": 1],
            ],
            "required": ["steps", "note", "one"],
        ]
        #expect(
            Samples.request(.openai, [("response_format", Self.format(schema))]).refusal == nil)
        #expect(
            Samples.request(.openai, [("tools", Self.function(schema, strict: true))]).refusal
                == nil)
        let loose: JSON = ["type": "object", "properties": ["a": [:], "b": ["type": "array"]]]
        #expect(
            Samples.request(.openai, [("response_format", Self.format(loose, strict: false))])
                .refusal == nil)
    }

    @Test(arguments: ["Answer in JSON.", "as Json, please", "jSoN"])
    func aWordOfJSONIsEnough(_ text: String) {
        let messages: JSON = [["role": "user", "content": [Conversations.text(text)]]]
        let request = Samples.request(
            .openai, [("messages", messages), ("response_format", ["type": "json_object"])])
        #expect(request.refusal == nil)
    }
}
