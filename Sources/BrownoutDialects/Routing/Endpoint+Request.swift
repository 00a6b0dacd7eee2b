import BrownoutEngine

extension Endpoint {
    /// The method that its requests have.
    var method: String {
        switch self {
        case .chatCompletions, .messages, .completions, .embeddings, .moderations, .countTokens:
            "POST"
        case .models, .model, .unknown: "GET"
        }
    }
}

extension Route {
    /// Whether the provider is OpenAI or Anthropic itself, and not one of a scenario's own that
    /// speaks its API.
    var isOriginal: Bool { provider == dialect.rawValue }
}

extension RequestFacts {
    /// Takes over what a rule may speak of, and what a limit counts. Counting tokens uses none.
    mutating func take(_ intent: ParsedRequest.Intent) {
        switch intent {
        case .chat(let chat), .countTokens(let chat):
            model = chat.model
            stream = chat.stream
            hasTools = !chat.tools.isEmpty
            userText = chat.userText
            inputTokens = endpoint == .countTokens ? 0 : chat.promptTokens
        case .complete(let text):
            model = text.chat.model
            stream = text.chat.stream
            userText = text.chat.userText
            inputTokens = text.chat.promptTokens
        case .embed(let request):
            model = request.model
            userText = request.inputs.map(\.text).joined(separator: "\n")
            inputTokens = request.promptTokens
        case .moderate(let request):
            model = request.model
            userText = request.inputs.map(\.text).joined(separator: "\n")
            inputTokens = request.promptTokens
        case .model(let id): model = id
        case .listModels, .refuse: break
        }
    }
}
