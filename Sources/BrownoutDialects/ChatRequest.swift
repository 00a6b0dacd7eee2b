package import BrownoutEngine
package import BrownoutJSON

/// What a request for a completion asks, across providers.
package struct ChatRequest: Sendable {
    /// A tool the model may call.
    package struct Tool: Equatable, Sendable {
        /// The name that calls of the tool carry.
        package var name: String
        /// The JSON Schema of its arguments; null where the client gave none.
        package var schema: JSON
        /// How the request offers it, and so how a call of it is put.
        package var form: Reply.ToolCall.Form
        /// What the text for a custom tool has to be like; null: any text will do.
        package var grammar: JSON

        package init(
            name: String, schema: JSON, form: Reply.ToolCall.Form = .function,
            grammar: JSON = .null
        ) {
            self.name = name
            self.schema = schema
            self.form = form
            self.grammar = grammar
        }
    }

    /// A JSON Schema that the prompt asks to be answered in.
    package struct PromptShape: Equatable, Sendable {
        /// The JSON Schema that was found in the prompt.
        package var schema: JSON
        /// The prompt asks for a code block of Markdown.
        package var isFenced: Bool

        package init(schema: JSON, isFenced: Bool) {
            self.schema = schema
            self.isFenced = isFenced
        }
    }

    /// Whether the model has to call a tool.
    package enum ToolChoice: Equatable, Sendable {
        case automatic
        case none
        case required
        case named(String)
    }

    /// OpenAI's tiers of service that a request can be served by, which its price depends on.
    package enum ServiceTier: String, Sendable {
        case standard = "default"
        case flex
        case scale
        case priority

        /// What a request that asks for one gets: `auto` is what its project says, which is the
        /// standard one, and `fast` another name (the SDK's `completion_create_params.py`).
        init(asked word: String) {
            self = word == "fast" ? .priority : ServiceTier(rawValue: word) ?? .standard
        }
    }

    /// Bytes of a model's name at most: it is repeated in every chunk of a stream.
    static let longestModel = 256

    /// As the client wrote it. Answers repeat it, but OpenAI's name the model's dated snapshot.
    package var model: String
    /// Whether the answer is asked for as a stream.
    package var stream: Bool
    /// How many answers are asked for.
    package var choices = 1
    /// Those that the request offers, in its order; empty: there is nothing to call.
    package var tools: [Tool] = []
    /// Names of those among them that may be called; nil: all.
    package var allowedTools: [String]?
    /// Names of tools that the conversation has called before, in order.
    package var calledTools: [String] = []
    /// What the request says of calling tools; providers let the model choose by default.
    package var toolChoice = ToolChoice.automatic
    /// Whether one answer may call several tools.
    package var parallelToolCalls = true
    /// Tokens the answer may have; nil: no limit.
    package var maxTokens: Int?
    /// Texts before which the answer ends; empty: none.
    package var stop: [String] = []
    /// OpenAI's `stream_options.include_usage`.
    package var includeUsage = false
    /// OpenAI's `stream_options.include_obfuscation`; on by default.
    package var includeObfuscation = true
    /// Anthropic's `thinking`, or a reasoning model: the answer thinks first.
    package var thinks = false
    /// The conversation ends with the result of a tool, so text comes next unless a tool is forced.
    package var endsWithToolResult = false
    /// Text of the last message of the user.
    package var userText = ""
    /// Tokens of the prompt by our estimate; usage, rates and limits count them.
    package var promptTokens = 0
    /// What the provider's cache may hold of the prompt; nil: nothing.
    package var cacheable: CacheablePrompt?
    /// The tier that serves the request, which OpenAI's answers name as `service_tier`.
    package var serviceTier = ServiceTier.standard
    /// OpenAI's `logprobs`: each token comes with how likely it was.
    package var wantsLogprobs = false
    /// OpenAI's `top_logprobs`: how many alternatives each token comes with.
    package var alternatives = 0
    /// What Anthropic is to keep of the conversation; nil: nothing.
    package var thread: ThreadTurn?
    /// OpenAI's `response_format`; null where there is none.
    package var responseFormat = JSON.null
    /// What the prompt says of the answer's shape, where no schema comes in a field of its own.
    package var promptShape: PromptShape?

    package init(model: String, stream: Bool) {
        self.model = model
        self.stream = stream
    }

    /// The tools that may be called.
    package var callableTools: [Tool] {
        guard let allowedTools else { return tools }
        return tools.filter { allowedTools.contains($0.name) }
    }

    /// How a call of a tool is put: as the tool was offered, and one that was not as the others.
    package func form(ofTool name: String) -> Reply.ToolCall.Form {
        if let tool = tools.first(where: { $0.name == name }) { return tool.form }
        return callsFunctions ? .legacy : .function
    }

    /// What may be called was offered as OpenAI's `functions`, the form from before tools.
    package var callsFunctions: Bool { tools.first?.form == .legacy }
}
