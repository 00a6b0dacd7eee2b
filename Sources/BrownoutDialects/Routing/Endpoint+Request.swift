import BrownoutEngine
import BrownoutJSON

extension Route {
    /// Whether the provider is OpenAI or Anthropic itself, and not one of a scenario's own that
    /// speaks its API.
    var isOriginal: Bool { provider == dialect.rawValue }

    /// What a request counts as. A path that we do not know may ask a model all the same, where
    /// its answers come from a provider or were recorded: then it names one.
    func purpose(of request: IncomingRequest, in scenario: Scenario) -> RequestPurpose {
        guard endpoint == .unknown else {
            if !endpoint.takes(request.method) { return .probe }
            return endpoint.operation.readsTokens ? .call : .auxiliary
        }
        if case .synthesise = scenario.source { return .auxiliary }
        guard request.method == "POST", !path.hasSuffix("tokens"), !path.hasSuffix("Tokens")
        else { return .auxiliary }
        let named = (try? request.body.get())?["model"]?.stringValue
        return named != nil || !RequestAddress.model(in: String(path)).isEmpty ? .call : .auxiliary
    }
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
            inputTokens = endpoint.operation == .count ? 0 : chat.promptTokens
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
        case .model(let id), .info(let id): model = id
        case .listModels, .refuse: break
        }
    }
}
