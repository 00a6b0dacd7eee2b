import BrownoutDialects
import BrownoutEngine
import BrownoutJSON
import BrownoutTesting
import Testing

/// Messages and the blocks of their content, for Anthropic.
@Suite struct AnthropicMessageTests {
    private typealias Say = Conversations

    private static func image(_ source: JSON) -> JSON { ["type": "image", "source": source] }
    private static func document(_ source: JSON) -> JSON { ["type": "document", "source": source] }

    private static let first = "messages.0.content.0"

    /// Blocks of the user's first message.
    private static let blocks: [(JSON, String)] = [
        (
            ["type": "video"],
            "\(first): Input tag 'video' found using 'type' does not match any of the expected "
                + "tags: 'bash_code_execution_tool_result', 'code_execution_tool_result', "
                + "'container_upload', 'document', 'image', 'redacted_thinking', 'search_result', "
                + "'server_tool_use', 'text', 'text_editor_code_execution_tool_result', "
                + "'thinking', 'tool_reference', 'tool_result', 'tool_search_tool_result', "
                + "'tool_use', 'web_fetch_tool_result', 'web_search_tool_result'"
        ),
        (
            ["type": "text", "text": "x", "id": 1],
            "\(first).text.id: Extra inputs are not permitted"
        ),
        (["type": "text", "text": ""], "messages: text content blocks must be non-empty"),
        (
            ["type": "text", "text": " \n"],
            "messages: text content blocks must contain non-whitespace text"
        ),
        (
            ["type": "text", "text": "x", "cache_control": ["type": "ephemeral", "ttl": "1d"]],
            "\(first).cache_control.ephemeral.ttl: Input should be '5m' or '1h'"
        ),
        (["type": "image"], "\(first).image.source: Field required"),
        (
            image(["type": "path", "path": "a.png"]),
            "\(first).image.source: Input tag 'path' found using 'type' does not match any of the "
                + "expected tags: 'base64', 'file', 'url'"
        ),
        (
            image(["type": "base64", "media_type": "image/bmp", "data": "aGk="]),
            "\(first).image.source.base64.media_type: Input should be 'image/jpeg', 'image/png', "
                + "'image/gif' or 'image/webp'"
        ),
        (
            image(["type": "base64", "data": "aGk="]),
            "\(first).image.source.base64.media_type: Field required"
        ),
        (
            image(["type": "base64", "media_type": "image/png"]),
            "\(first).image.source.base64.data: Field required"
        ),
        (
            image(["type": "base64", "media_type": "image/png", "data": "not base64!"]),
            "\(first).image.source.base64: invalid base64 data"
        ),
        (
            image(["type": "base64", "media_type": "image/png", "data": ""]),
            "\(first).image.source.base64.data: image cannot be empty"
        ),
        (
            image(["type": "url", "url": "file:///etc/passwd"]),
            "\(first).image.source.url.url: Only HTTPS URLs are supported."
        ),
        (
            document(["type": "base64", "media_type": "text/html", "data": "aGk="]),
            "\(first).document.source.base64.media_type: Input should be 'application/pdf'"
        ),
        (
            document(["type": "text", "media_type": "text/html", "data": "hi"]),
            "\(first).document.source.text.media_type: Input should be 'text/plain'"
        ),
        (
            ["type": "tool_result"],
            "\(first).tool_result.tool_use_id: Field required"
        ),
        (
            ["type": "tool_result", "tool_use_id": "a b"],
            "\(first).tool_result.tool_use_id: String should match pattern '^[a-zA-Z0-9_-]+$'"
        ),
        (
            ["type": "tool_result", "tool_use_id": "a", "content": [["type": "audio"]]],
            "\(first).tool_result.content.0: Input tag 'audio' found using 'type' does not match "
                + "any of the expected tags: 'browser_state', 'document', 'image', "
                + "'search_result', 'text', 'tool_reference'"
        ),
    ]

    @Test(arguments: blocks.indices)
    func aWrongBlockIsRefusedInAnthropicsWords(_ index: Int) {
        let (block, message) = Self.blocks[index]
        #expect(Say.anthropic(Say.user(block)) == message)
    }

    private static let answers: [(JSON, String)] = [
        (
            ["type": "tool_use", "id": "a", "name": "f"],
            "messages.1.content.0.tool_use.input: Field required"
        ),
        (
            ["type": "tool_use", "id": "a", "name": "f", "input": "{}"],
            "messages.1.content.0.tool_use.input: Input should be a valid dictionary"
        ),
        (
            ["type": "tool_use", "id": "a:1", "name": "f", "input": [:]],
            "messages.1.content.0.tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'"
        ),
        (
            ["type": "thinking", "thinking": "hm"],
            "messages.1.content.0.thinking.signature: Field required"
        ),
        (
            ["type": "redacted_thinking"],
            "messages.1.content.0.redacted_thinking.data: Field required"
        ),
    ]

    @Test(arguments: answers.indices)
    func aWrongBlockOfTheAssistantIsRefused(_ index: Int) {
        let (block, message) = Self.answers[index]
        #expect(Say.anthropic(Say.hello, Say.assistant(block), Say.hello) == message)
    }

    private static let empty =
        "all messages must have non-empty content except for the optional final assistant message"

    @Test func contentIsNotEmpty() {
        #expect(
            Say.anthropic(["role": "user", "content": ""]) == "messages.0: \(Self.empty)")
        #expect(
            Say.anthropic(["role": "user", "content": []]) == "messages.0: \(Self.empty)")
        #expect(
            Say.anthropic(Say.hello, ["role": "assistant", "content": ""], Say.hello)
                == "messages.1: \(Self.empty)")
        #expect(Say.anthropic(Say.hello, ["role": "assistant", "content": ""]) == nil)
        #expect(
            Say.anthropic(["role": "user", "content": "  "])
                == "messages: text content blocks must contain non-whitespace text")
    }

    @Test func aMessageHasNoFurtherMembers() {
        #expect(
            Say.anthropic(["role": "user", "content": "x", "name": "me"])
                == "messages.0.name: Extra inputs are not permitted")
    }

    @Test(arguments: [" ", "\n", "word\u{2003}"])
    func aFinalAnswerDoesNotEndInSpace(_ end: String) {
        let text = "The answer is" + end
        let message = "messages: final assistant content cannot end with trailing whitespace"
        #expect(
            Say.anthropic(Say.hello, ["role": "assistant", "content": .string(text)]) == message)
        #expect(Say.anthropic(Say.hello, Say.assistant(Say.text(text))) == message)
        // Elsewhere it may.
        #expect(Say.anthropic(Say.hello, Say.assistant(Say.text(text)), Say.hello) == nil)
    }

    @Test func anAnswerMayBeBegunWhereTheModelTakesThat() {
        func refusal(_ model: JSON) -> String? {
            Samples.request(
                .anthropic,
                [("model", model), ("messages", [Say.hello, Say.assistant(Say.text("{"))])]
            ).refusal?.message
        }
        #expect(refusal("claude-sonnet-4-5") == nil)
        #expect(
            refusal("claude-opus-4-6")
                == "This model does not support assistant message prefill. The conversation must "
                + "end with a user message.")
    }

    /// Anthropic takes turns of one role together, and the assistant may begin.
    @Test func rolesNeedNotTakeTurns() {
        #expect(Say.anthropic(Say.hello, Say.hello) == nil)
        #expect(Say.anthropic(Say.assistant(Say.text("How can I help?")), Say.hello) == nil)
    }

    @Test func theNewestModelsTakeSystemMessages() {
        let messages: JSON = [Say.hello, ["role": "system", "content": "Be brief."]]
        func refusal(_ model: JSON) -> ProviderError? {
            Samples.request(.anthropic, [("model", model), ("messages", messages)]).refusal
        }
        #expect(refusal("claude-opus-5") == nil)
        #expect(
            refusal("claude-sonnet-4-5")?.message.hasPrefix("messages: Unexpected role \"system\"")
                == true)
    }

    private static let taken: [JSON] = [
        image(["type": "base64", "media_type": "image/png", "data": "iVBORw0KGgo="]),
        image(["type": "url", "url": "https://x.org/a.png"]),
        image(["type": "file", "file_id": "file_1"]),
        document(["type": "base64", "media_type": "application/pdf", "data": "JVBERi0="]),
        document(["type": "text", "media_type": "text/plain", "data": "hi"]),
        document(["type": "url", "url": "https://x.org/a.pdf"]),
        document(["type": "content", "content": [["type": "text", "text": "hi"]]]),
        document(["type": "file", "file_id": "file_1"]),
        [
            "type": "document", "title": "T", "context": nil, "citations": ["enabled": true],
            "source": ["type": "text", "media_type": "text/plain", "data": "hi"],
            "cache_control": ["type": "ephemeral"],
        ],
        [
            "type": "search_result", "source": "s", "title": "t",
            "content": [["type": "text", "text": "hi"]],
        ],
        ["type": "container_upload", "file_id": "f"],
        ["type": "text", "text": "x", "citations": nil, "cache_control": nil],
        ["type": "web_search_tool_result", "tool_use_id": "srvtoolu_1", "content": []],
        ["type": "mcp_tool_result", "tool_use_id": "m", "content": "x"],
    ]

    @Test(arguments: taken)
    func whatTheSDKCanSayIsTaken(_ block: JSON) {
        #expect(Say.anthropic(Say.user(block, Say.text("and?"))) == nil)
    }

    @Test func resultsOfToolsMayHoldPicturesAndDocuments() {
        let result: JSON = [
            "type": "tool_result", "tool_use_id": "a", "is_error": false,
            "content": [
                Say.text("seen"),
                Self.image(["type": "url", "url": "https://x.org/a.png"]),
                Self.document(["type": "text", "media_type": "text/plain", "data": "hi"]),
            ],
        ]
        #expect(
            Say.anthropic(
                Say.hello,
                Say.assistant(
                    ["type": "thinking", "thinking": "hm", "signature": "s"],
                    ["type": "redacted_thinking", "data": "x"], Say.use("a")),
                Say.user(result)) == nil)
    }
}
