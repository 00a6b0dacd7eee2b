package import BrownoutEngine

/// An input of OpenAI's older endpoints: a text, or the numbers of its tokens.
package enum PromptInput: Equatable, Sendable {
    case text(String)
    case tokens([Int])

    /// Tokens, exactly or by our estimate.
    package var count: Int {
        switch self {
        case .text(let text): TokenEstimate.count(text)
        case .tokens(let tokens): tokens.count
        }
    }

    /// The text; token numbers have none, as there is no vocabulary to look them up in.
    package var text: String {
        if case .text(let text) = self { return text }
        return ""
    }
}

/// What `POST /v1/embeddings` asks.
package struct EmbeddingRequest: Sendable {
    /// As the client wrote it; the answer repeats it.
    package var model: String
    /// None where the provider answers that too.
    package var inputs: [PromptInput]
    /// Numbers that each vector has.
    package var dimensions: Int
    /// Numbers that the model's vectors have before they are shortened.
    package var size: Int
    /// Little-endian floats in base64, in place of a list of numbers.
    package var isBase64: Bool
    /// Tokens of all inputs, exactly or by our estimate.
    package var promptTokens: Int
    /// Where it is asked, for a provider that has several such endpoints.
    package var endpoint: Endpoint?

    package init(
        model: String, inputs: [PromptInput], dimensions: Int, size: Int, isBase64: Bool,
        promptTokens: Int
    ) {
        self.model = model
        self.inputs = inputs
        self.dimensions = dimensions
        self.size = size
        self.isBase64 = isBase64
        self.promptTokens = promptTokens
    }
}

/// What `POST /v1/completions` asks.
package struct TextRequest: Sendable {
    /// What a chat would ask: as many choices as candidates for all prompts, limits, stops.
    package var chat: ChatRequest
    /// At least one.
    package var prompts: [PromptInput]
    /// Answers to each prompt.
    package var choices = 1
    /// Answers made up for each prompt, of which the likeliest are sent.
    package var candidates = 1
    /// The prompt stands before each answer.
    package var echoes = false
    /// How many alternatives each token comes with; nil: no odds at all.
    package var logprobs: Int?
}

/// What `POST /v1/moderations` asks.
package struct ModerationRequest: Sendable {
    /// One thing to be judged.
    package struct Input: Equatable, Sendable {
        /// Its texts, a line each; empty where it has none.
        package var text: String
        /// Whether there is a text to judge; answers say so in `category_applied_input_types`.
        package var hasText: Bool
        /// Whether there is a picture to judge. Its bytes are not looked at.
        package var hasImage: Bool

        package init(text: String, hasText: Bool, hasImage: Bool) {
            self.text = text
            self.hasText = hasText
            self.hasImage = hasImage
        }
    }

    /// As the client wrote it; `omni-moderation-latest` where it names none.
    package var model: String
    /// At least one; the answer has a judgement for each.
    package var inputs: [Input]
    /// Tokens of all inputs' texts by our estimate.
    package var promptTokens: Int
}
