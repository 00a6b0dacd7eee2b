import BrownoutEngine
import BrownoutJSON

extension AnthropicDialect {
    func checkCoding(_ problem: IncomingRequest.BodyProblem) throws(ProviderError) {
        try AnthropicErrors.checkCoding(problem)
    }

    func checkKey(_ headers: RequestHeaders) throws(ProviderError) {
        try AnthropicErrors.checkKey(headers)
    }

    func parse(_ request: RoutedRequest) throws(ProviderError) -> ParsedRequest.Intent {
        let (incoming, route) = (request.incoming, request.route)
        switch route.endpoint {
        case .messages, .countTokens:
            try AnthropicErrors.checkVersion(request.headers)
            if let lone = incoming.request.loneSurrogate { throw AnthropicJSON.refusal(lone) }
            let onlyCounts = route.endpoint == .countTokens
            let chat = try AnthropicChatParser.parse(
                request.body, resumed: incoming.resumed, beta: request.headers.anthropicBeta,
                isAnthropic: route.isOriginal, onlyCounts: onlyCounts)
            guard onlyCounts else { return .chat(chat) }
            if let error = ModelNames.refusal(of: chat.model, by: route, in: request.scenario) {
                throw error
            }
            return .countTokens(chat)
        case .models: return .listModels(try ModelQuery(target: incoming.request.target))
        default: return .model(try request.knownModel(self))
        }
    }

    func has(_ model: String) -> Bool { AnthropicModelFamily.has(model) }

    func refusal(ofChatWith model: String) -> ProviderError? {
        has(model) ? nil : AnthropicErrors.unknownModel(model)
    }

    func refusal(_ refusal: OwnRefusal) -> ProviderError {
        switch refusal {
        case .session(let name):
            ProviderError(
                status: 400, type: "invalid_request_error",
                message: OwnRefusal.text(ofSession: name))
        case .path:
            ProviderError(status: 404, type: "not_found_error", message: "Not Found")
        case .method:
            ProviderError(
                status: 405, type: "invalid_request_error", message: "Method Not Allowed")
        case .model(let model): AnthropicErrors.unknownModel(model)
        case .cutShort: AnthropicErrors.cutShort
        case .source(let status, let message, _):
            ProviderError(
                status: status, type: status == 404 ? "not_found_error" : "api_error",
                message: message)
        }
    }

    func request(_ sketch: ChatSketch) -> JSON {
        var members = [JSONMember("model", sketch.model ?? .string(profile.sample.model))]
        if let system = sketch.system { members.append(JSONMember("system", .string(system))) }
        var messages: [JSON] = [["role": "user", "content": sketch.user]]
        if let turn = sketch.turn {
            let use: JSON = [
                "type": "tool_use", "id": turn.id, "name": turn.name, "input": .object([]),
            ]
            let result: JSON = [
                "type": "tool_result", "tool_use_id": turn.id, "content": turn.result,
            ]
            messages.append(["role": "assistant", "content": [use]])
            messages.append(["role": "user", "content": [result]])
        }
        members.append(JSONMember("max_tokens", 4096))
        members.append(JSONMember("messages", .array(messages)))
        if let name = sketch.tool {
            members.append(
                JSONMember("tools", [["name": name, "input_schema": ["type": "object"]]]))
        }
        return .object(members)
    }

    func errorBody(message: JSON, type: JSON, param: JSON, code: JSON) -> JSON {
        ["type": "error", "error": ["type": type, "message": message]]
    }
}
