package import BrownoutEngine
package import BrownoutJSON

/// What a request for a completion asks, across providers.
package struct ChatRequest: Sendable {
    /// A function the model may call.
    package struct Tool: Equatable, Sendable {
        package var name: String
        /// The JSON Schema of its arguments; null where the client gave none.
        package var schema: JSON

        package init(name: String, schema: JSON) {
            self.name = name
            self.schema = schema
        }
    }

    /// Whether the model has to call a tool.
    package enum ToolChoice: Equatable, Sendable {
        case automatic
        case none
        case required
        case named(String)
    }

    /// Bytes of a model's name at most: it is repeated in every chunk of a stream.
    static let longestModel = 256

    package var model: String
    package var stream: Bool
    /// How many answers are asked for.
    package var choices = 1
    package var tools: [Tool] = []
    package var toolChoice = ToolChoice.automatic
    package var parallelToolCalls = true
    /// Tokens the answer may have; nil: no limit.
    package var maxTokens: Int?
    package var stop: [String] = []
    /// OpenAI's `stream_options.include_usage`.
    package var includeUsage = false
    /// OpenAI's `stream_options.include_obfuscation`; on by default.
    package var includeObfuscation = true
    /// Anthropic's `thinking`, or a reasoning model: the answer thinks first.
    package var thinks = false
    /// The conversation ends with the result of a tool, so text comes next.
    package var endsWithToolResult = false
    /// Text of the last message of the user.
    package var userText = ""
    package var promptTokens = 0
    /// What the provider's cache may hold of the prompt; nil: nothing.
    package var cacheable: CacheablePrompt?
    /// OpenAI's `logprobs`: each token comes with how likely it was.
    package var wantsOdds = false
    /// OpenAI's `top_logprobs`: how many alternatives each token comes with.
    package var alternatives = 0
    /// OpenAI's `response_format`; null where there is none.
    package var responseFormat = JSON.null

    package init(model: String, stream: Bool) {
        self.model = model
        self.stream = stream
    }
}
