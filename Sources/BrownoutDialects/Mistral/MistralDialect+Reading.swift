import BrownoutEngine
import BrownoutJSON

extension MistralDialect {
    func checkCoding(_ problem: IncomingRequest.BodyProblem) throws(ProviderError) {
        try MistralErrors.checkCoding(problem)
    }

    func checkKey(_ headers: RequestHeaders) throws(ProviderError) {
        if headers.bearer == nil { throw MistralErrors.unauthorized }
    }

    func parse(_ request: RoutedRequest) throws(ProviderError) -> ParsedRequest.Intent {
        let (body, route) = (request.body, request.route)
        if request.incoming.request.loneSurrogate != nil, route.endpoint.method == "POST" {
            throw MistralErrors.notJSON
        }
        switch route.endpoint {
        case .chatCompletions:
            return .chat(try MistralChatParser.parse(body, isMistral: route.isOriginal))
        case .fimCompletions:
            return .chat(try MistralChatParser.parseFill(body, isMistral: route.isOriginal))
        case .embeddings:
            return .embed(
                try MistralEmbeddings.parse(body, isMistral: request.isOfItsOwnModels))
        case .moderations:
            return .moderate(
                try MistralModerations.parse(body, isMistral: request.isOfItsOwnModels))
        case .models: return .listModels(ModelQuery())
        default: return .model(try request.knownModel(self))
        }
    }

    func has(_ model: String) -> Bool { MistralModels.has(model) }

    func refusal(ofChatWith model: String) -> ProviderError? {
        switch MistralModels.kind(of: model) {
        case .chat?, .code?: nil
        case .embedding?, .moderation?, .other?, nil: MistralErrors.unknownModel(model)
        }
    }

    /// What Kong says of paths and methods that it has no route for.
    func refusal(_ refusal: OwnRefusal) -> ProviderError {
        switch refusal {
        case .session(let name):
            MistralErrors.refusal(OwnRefusal.text(ofSession: name), code: "invalid_session")
        case .path:
            ProviderError(404, in: .gateway, "no Route matched with those values")
        case .method:
            ProviderError(405, in: .gateway, "Method Not Allowed")
        case .model(let model):
            MistralErrors.refusal(
                "No model available for model id \(model.prefix(200))", type: "invalid_model",
                status: 404)
        case .cutShort: MistralErrors.notJSON
        case .source(let status, let message, let code):
            MistralErrors.refusal(
                message, type: status == 404 ? "invalid_request_error" : "internal_server_error",
                code: code, status: status)
        }
    }

    func errorBody(message: JSON, type: JSON, param: JSON, code: JSON) -> JSON {
        ["object": "error", "message": message, "type": type, "param": param, "code": code]
    }
}
