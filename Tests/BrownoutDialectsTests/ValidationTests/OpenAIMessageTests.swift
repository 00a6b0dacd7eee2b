import BrownoutDialects
import BrownoutEngine
import BrownoutJSON
import BrownoutTesting
import Testing

/// Messages and the parts of their content, for OpenAI.
@Suite struct OpenAIMessageTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var message: JSON
        var error: String
        var code: String?
        var param: String?

        init(_ message: JSON, _ error: String, _ code: String?, _ param: String?) {
            (self.message, self.error, self.code, self.param) = (message, error, code, param)
        }

        init(part: JSON, _ error: String, _ code: String?, _ param: String?) {
            self.init(["role": "user", "content": [part]], error, code, param)
        }

        var testDescription: String { message.text }
    }

    private static func image(_ url: String) -> JSON {
        ["type": "image_url", "image_url": ["url": .string(url)]]
    }

    private static let place = "messages[0].content[0]"
    private static let mime = "Invalid MIME type. Only image types are supported."
    private static let file =
        "Invalid '\(place).file.file_data'. Expected a base64-encoded data URL with an "
        + "application/pdf MIME type (e.g. 'data:application/pdf;base64,aGVsbG8='), but got "

    private static let rows: [Row] = [
        Row(
            ["role": "user", "content": []],
            "Invalid 'messages[0].content': empty array. Expected an array with minimum length 1, "
                + "but got an empty array instead.", "empty_array", "messages[0].content"),
        Row(
            ["role": "user", "content": nil],
            "Invalid value for 'content': expected a string, got null.",
            nil, "messages.[0].content"),
        Row(
            ["role": "assistant"], "Invalid value for 'content': expected a string, got null.",
            nil, "messages.[0].content"),
        Row(
            ["role": "assistant", "content": nil, "tool_calls": []],
            "Invalid 'messages[0].tool_calls': empty array. Expected an array with minimum length "
                + "1, but got an empty array instead.", "empty_array", "messages[0].tool_calls"),
        Row(
            ["role": "assistant", "tool_calls": [["type": "function"]]],
            "Missing required parameter: 'messages[0].tool_calls[0].id'.",
            "missing_required_parameter", "messages[0].tool_calls[0].id"),
        Row(
            [
                "role": "assistant",
                "tool_calls": [
                    [
                        "id": "a", "type": "function",
                        "function": ["name": "f", "arguments": [:]],
                    ]
                ],
            ],
            "Invalid type for 'messages[0].tool_calls[0].function.arguments': expected a string, "
                + "but got an object instead.", "invalid_type",
            "messages[0].tool_calls[0].function.arguments"),
        Row(
            ["role": "user", "content": "x", "name": "a b"],
            "Invalid 'messages[0].name': string does not match pattern. Expected a string that "
                + "matches the pattern '^[^\\s<|\\\\/>]+$'.", "invalid_value",
            "messages[0].name"),
        Row(
            ["role": "function", "content": "x"],
            "Missing parameter 'name': messages with role 'function' must have a 'name'.", nil,
            "messages.[0].name"),
        Row(
            ["role": "system", "content": [image("https://x.org/a.png")]],
            "Invalid 'messages[0]'. Image URLs are only allowed for messages with role 'user', "
                + "but this message with role 'system' contains an image URL.", "invalid_value",
            "messages[0]"),
        Row(
            ["role": "system", "content": [["type": "file", "file": ["file_id": "f"]]]],
            "Invalid value: 'file'. Supported values are: 'text'.", "invalid_value",
            "\(place).type"),
        Row(
            part: ["type": "video"],
            "Invalid value: 'video'. Supported values are: 'text', 'image_url', 'input_audio', "
                + "'refusal', 'audio', and 'file'.", "invalid_value", "\(place).type"),
        Row(
            part: ["type": "image_url", "image_url": "https://x.org/a.png"],
            "Invalid type for '\(place).image_url': expected an object, but got a string instead.",
            "invalid_type", "\(place).image_url"),
        Row(
            part: ["type": "image_url", "image_url": [:]],
            "Missing required parameter: '\(place).image_url.url'.",
            "missing_required_parameter", "\(place).image_url.url"),
        Row(
            part: image("a.png"),
            "Invalid '\(place).image_url.url'. Expected a valid URL, but got a value with an "
                + "invalid format.", "invalid_value", "\(place).image_url.url"),
        Row(part: image("data:text/plain;base64,aGk="), mime, "invalid_image_format", nil),
        Row(part: image("data:image/png,hello"), mime, "invalid_image_format", nil),
        Row(
            part: image("data:image/tiff;base64,aGk="),
            "You uploaded an unsupported image. Please make sure your image has of one the "
                + "following formats: ['png', 'jpeg', 'gif', 'webp'].", "invalid_image_format",
            nil),
        Row(
            part: image("data:image/png;base64,***="), "Invalid base64 image_url.",
            "invalid_base64_image", "\(place).image_url.url"),
        Row(
            part: [
                "type": "image_url",
                "image_url": ["url": "https://x.org/a.png", "detail": "extreme"],
            ],
            "Invalid value: 'extreme'. Supported values are: 'auto', 'low', 'high', and "
                + "'original'.", "invalid_value", "\(place).image_url.detail"),
        Row(
            part: ["type": "input_audio", "input_audio": ["data": "aGk=", "format": "ogg"]],
            "Invalid value: 'ogg'. Supported values are: 'wav' and 'mp3'.", "invalid_value",
            "\(place).input_audio.format"),
        Row(
            part: ["type": "input_audio", "input_audio": ["format": "wav"]],
            "Missing required parameter: '\(place).input_audio.data'.",
            "missing_required_parameter", "\(place).input_audio.data"),
        Row(
            part: ["type": "file", "file": ["filename": "a.pdf"]],
            "Missing required parameter: '\(place).file.file_id'.", "missing_required_parameter",
            "\(place).file.file_id"),
        Row(
            part: ["type": "file", "file": ["filename": "a.pdf", "file_data": "aGk="]],
            file + "a value without the 'data:' prefix.", "invalid_value",
            "\(place).file.file_data"),
    ]

    @Test(arguments: rows)
    func aWrongMessageIsRefusedInOpenAIsWords(_ row: Row) throws {
        let refusal = try #require(Conversations.openAI(row.message))
        #expect(
            refusal
                == ProviderError(
                    status: 400, type: "invalid_request_error", message: row.error,
                    code: row.code, param: row.param))
    }

    @Test func theFirstReasoningModelsTakeNoSystemMessage() {
        let messages: JSON = [["role": "system", "content": "Be brief."], Conversations.hello]
        let refusal = Samples.request(.openai, [("model", "o1-mini"), ("messages", messages)])
            .refusal
        #expect(
            refusal?.message
                == "Unsupported value: 'messages[0].role' does not support 'system' with this "
                + "model.")
        #expect(refusal?.code == "unsupported_value")
    }

    private static let taken: [JSON] = [
        ["role": "system", "content": "x", "name": "boss"],
        ["role": "developer", "content": [["type": "text", "text": "x"]]],
        ["role": "user", "content": [image("https://x.org/a.png"), image("http://x.org/b")]],
        ["role": "user", "content": [image("data:image/webp;base64,UklGRg==")]],
        [
            "role": "user",
            "content": [
                ["type": "input_audio", "input_audio": ["data": "UklGRg==", "format": "wav"]],
                ["type": "file", "file": ["file_id": "file-1"]],
                [
                    "type": "file",
                    "file": [
                        "filename": "a.pdf",
                        "file_data": "data:application/pdf;base64,JVBERi0=",
                    ],
                ],
                [
                    "type": "text", "text": "and?",
                    "prompt_cache_breakpoint": ["mode": "explicit"],
                ],
            ],
        ],
        ["role": "assistant", "content": [["type": "refusal", "refusal": "no"]]],
        ["role": "assistant", "content": nil, "refusal": "no"],
        ["role": "assistant", "audio": ["id": "audio_1"]],
        ["role": "assistant", "function_call": ["name": "f", "arguments": ""]],
        ["role": "assistant", "content": "x", "tool_calls": nil, "annotations": []],
        ["role": "function", "name": "f", "content": nil],
        ["role": "user", "content": ""],
    ]

    @Test(arguments: taken)
    func whatTheSDKCanSayIsTaken(_ message: JSON) {
        #expect(Conversations.openAI(message) == nil)
    }

    @Test func aCallOfACustomToolIsTaken() {
        let call: JSON = [
            "id": "c", "type": "custom", "custom": ["name": "sql", "input": "select 1"],
        ]
        let messages = Conversations.openAI(
            Conversations.hello, ["role": "assistant", "tool_calls": [call]],
            Conversations.result("c"))
        #expect(messages == nil)
    }
}
