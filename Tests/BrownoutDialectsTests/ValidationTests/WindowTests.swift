import BrownoutDialects
import BrownoutEngine
import BrownoutJSON
import BrownoutTesting
import Testing

/// What does not fit a model.
@Suite struct WindowTests {
    /// A user's message of so many tokens, and a few for its frame.
    private static func messages(_ tokens: Int) -> JSON {
        [["role": "user", "content": .string(String(repeating: "word ", count: tokens))]]
    }

    private static func openAI(
        _ model: JSON, _ tokens: Int, _ changes: [(String, JSON)] = []
    ) -> ProviderError? {
        Samples.request(
            .openai, [("model", model), ("messages", messages(tokens))] + changes
        ).refusal
    }

    private static func expect(
        _ refusal: ProviderError?, _ message: String,
        _ location: SourceLocation = #_sourceLocation
    ) {
        #expect(
            refusal
                == ProviderError(
                    status: 400, type: "invalid_request_error", message: message,
                    code: "context_length_exceeded", param: "messages"),
            sourceLocation: location)
    }

    @Test func aPromptThatIsLongerThanOpenAIsWindowIsRefused() {
        // Seven tokens frame the message, and the last space is one.
        Self.expect(
            Self.openAI("gpt-4", 10_053),
            "This model's maximum context length is 8192 tokens. However, your messages resulted "
                + "in 10061 tokens. Please reduce the length of the messages.")
        #expect(Self.openAI("gpt-4", 8192 - 8) == nil)
        #expect(Self.openAI("gpt-4", 8192 - 7) != nil)
        #expect(Self.openAI("gpt-4o-mini", 20_000) == nil)
    }

    @Test func theAnswerThatIsAskedForCounts() {
        Self.expect(
            Self.openAI("gpt-4", 992, [("max_tokens", 8192)]),
            "This model's maximum context length is 8192 tokens. However, you requested 9192 "
                + "tokens (1000 in the messages, 8192 in the completion). Please reduce the length "
                + "of the messages or completion.")
        let tools: JSON = [
            [
                "type": "function",
                "function": ["name": "f", "description": "does it", "parameters": [:]],
            ]
        ]
        let refusal = Self.openAI("gpt-4", 992, [("max_tokens", 8192), ("tools", tools)])
        #expect(
            refusal?.message.contains(" in the functions, and 8192 in the completion). ") == true)
        let without = Self.openAI("gpt-4", 10_000, [("tools", tools)])
        #expect(without?.message.contains("(10008 in the messages, ") == true)
        #expect(
            without?.message.hasSuffix("Please reduce the length of the messages or functions.")
                == true)
    }

    @Test(arguments: [
        ("gpt-4o-mini", "max_tokens", 16_384), ("gpt-4o", "max_completion_tokens", 16_384),
        ("gpt-3.5-turbo", "max_tokens", 4_096), ("gpt-4.1", "max_tokens", 32_768),
        ("gpt-5", "max_completion_tokens", 128_000), ("o3", "max_completion_tokens", 100_000),
    ])
    func anAnswerIsNotLongerThanTheModelGives(_ model: String, _ name: String, _ most: Int) {
        func refusal(_ limit: Int) -> ProviderError? {
            Samples.request(
                .openai, [("model", .string(model)), (name, .number(JSONNumber(limit)))]
            ).refusal
        }
        #expect(refusal(most) == nil)
        #expect(
            refusal(most + 1)
                == ProviderError(
                    status: 400, type: "invalid_request_error",
                    message: "\(name) is too large: \(most + 1). This model supports at most "
                        + "\(most) completion tokens, whereas you provided \(most + 1).",
                    code: "invalid_value", param: name))
    }

    private static func anthropic(
        _ model: JSON, _ tokens: Int, answer: Int = 10, beta: String? = nil
    ) -> String? {
        Samples.anthropic(
            Samples.body(
                .anthropic,
                [
                    ("model", model), ("messages", messages(tokens)),
                    ("max_tokens", .number(JSONNumber(answer))),
                ]), headers: beta.map { [HeaderField("anthropic-beta", $0)] } ?? []
        ).refusal?.message
    }

    @Test func aPromptThatIsLongerThanAnthropicsWindowIsRefused() {
        #expect(
            Self.anthropic("claude-sonnet-4-5", 209_992)
                == "prompt is too long: 210000 tokens > 200000 maximum")
        #expect(Self.anthropic("claude-sonnet-4-5", 199_000) == nil)
        #expect(
            Self.anthropic("claude-instant-1.2", 100_000)
                == "prompt is too long: 100008 tokens > 100000 maximum")
    }

    @Test func theAnswerThatIsAskedForCountsAtAnthropicToo() {
        #expect(
            Self.anthropic("claude-sonnet-4-5", 174_159, answer: 64_000)
                == "input length and `max_tokens` exceed context limit: 174167 + 64000 > 200000, "
                + "decrease input length or `max_tokens` and try again")
    }

    @Test func aBetaWidensTheWindow() {
        let beta = "files-api-2025-04-14,context-1m-2025-08-07"
        #expect(Self.anthropic("claude-sonnet-4-5", 209_992, beta: beta) == nil)
        #expect(Self.anthropic("claude-haiku-4-5", 209_992, beta: beta) != nil)
        #expect(Self.anthropic("claude-opus-5", 209_992) == nil)
        #expect(
            Self.anthropic("claude-sonnet-4-5", 1_000_001, beta: beta)
                == "prompt is too long: 1000009 tokens > 1000000 maximum")
    }

    @Test func whatIsOnlyCountedHasNoWindow() {
        let request = Samples.anthropic(
            .object([
                JSONMember("model", "claude-sonnet-4-5"),
                JSONMember("messages", Self.messages(300_000)),
            ]), target: "/v1/messages/count_tokens")
        #expect(request.refusal == nil)
    }
}
