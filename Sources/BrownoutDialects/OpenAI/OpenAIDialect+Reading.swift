import BrownoutEngine
import BrownoutJSON

extension OpenAIDialect {
    func checkCoding(_ problem: IncomingRequest.BodyProblem) throws(ProviderError) {
        try OpenAIErrors.checkCoding(problem)
    }

    func checkKey(_ headers: RequestHeaders) throws(ProviderError) {
        try OpenAIErrors.checkKey(headers)
    }

    func parse(_ request: RoutedRequest) throws(ProviderError) -> ParsedRequest.Intent {
        let (body, route) = (request.body, request.route)
        if request.incoming.request.loneSurrogate != nil, route.endpoint.method == "POST" {
            throw OpenAIErrors.notJSON
        }
        switch route.endpoint {
        case .chatCompletions:
            return .chat(try OpenAIChatParser.parse(body, isOpenAI: route.isOriginal))
        case .completions:
            return .complete(
                try OpenAITextParser.parse(body, isOpenAI: request.isOfItsOwnModels))
        case .embeddings:
            return .embed(try OpenAIEmbeddings.parse(body, isOpenAI: request.isOfItsOwnModels))
        case .moderations:
            return .moderate(try OpenAIModerations.parse(body, isOpenAI: request.isOfItsOwnModels))
        case .models: return .listModels(ModelQuery())
        default: return .model(try request.knownModel(self))
        }
    }

    func has(_ model: String) -> Bool { OpenAIModelFamily.has(model) }

    func refusal(ofChatWith model: String) -> ProviderError? {
        guard has(model) else { return OpenAIErrors.unknownModel(model) }
        return OpenAIModelFamily.kind(of: model) == .chat ? nil : OpenAIErrors.noChatModel
    }

    /// The 404 names method and path (wire facts, 4).
    func refusal(_ refusal: OwnRefusal) -> ProviderError {
        switch refusal {
        case .session(let name):
            ProviderError(
                status: 400, type: "invalid_request_error",
                message: OwnRefusal.text(ofSession: name),
                code: "invalid_session")
        case .path(let method, let path):
            ProviderError(
                status: 404, type: "invalid_request_error",
                message: "Invalid URL (\(method) \(path.prefix(200)))")
        case .method(let method, let path, let endpoint):
            ProviderError(
                status: 405, type: "invalid_request_error",
                message: "Not allowed to \(method) on \(path.prefix(200)). "
                    + "(HINT: Perhaps you meant to make a \(endpoint.method) request?)",
                code: "method_not_allowed")
        case .model(let model): OpenAIErrors.unknownModel(model)
        case .cutShort: OpenAIErrors.notJSON
        case .source(let status, let message, let code):
            ProviderError(
                status: status, type: status == 404 ? "invalid_request_error" : "server_error",
                message: message, code: code)
        }
    }

    func errorBody(message: JSON, type: JSON, param: JSON, code: JSON) -> JSON {
        ["error": ["message": message, "type": type, "param": param, "code": code]]
    }
}
