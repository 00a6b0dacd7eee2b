import BrownoutEngine
import BrownoutJSON

extension OllamaDialect {
    func checkCoding(_ problem: IncomingRequest.BodyProblem) throws(ProviderError) {
        switch problem {
        case .tooLarge, .tooLargeDecoded, .notDecodable, .unsupportedCoding:
            throw OllamaErrors.unreadable(problem)
        case .notJSON, .cutShort: break
        }
    }

    /// Nobody is asked for a key.
    func checkKey(_ headers: RequestHeaders) throws(ProviderError) {}

    func parse(_ request: RoutedRequest) throws(ProviderError) -> ParsedRequest.Intent {
        if OllamaCompatible.serves(request.route.endpoint) {
            return try OllamaCompatible().parse(request)
        }
        switch request.route.endpoint {
        case .ollamaChat: return try OllamaParser.intent(request, isChat: true)
        case .generate: return try OllamaParser.intent(request, isChat: false)
        case .embed, .embedding: return .embed(try OllamaEmbeddings.parse(request))
        case .tags, .ps: return .listModels(ModelQuery())
        case .show: return .model(try shown(request))
        default: return .info(model: "")
        }
    }

    /// The model that is to be shown, by either name that the member has.
    private func shown(_ request: RoutedRequest) throws(ProviderError) -> String {
        let field = GoField(name: "ShowRequest")
        let body = try field.body(of: request)
        let named = try field.string(body["model"], "model")
        let model = named.isEmpty ? try field.string(body["name"], "name") : named
        if model.isEmpty { throw OllamaErrors.noModel }
        guard model.utf8.count <= ChatRequest.longestModel,
            ModelNames.accepts(model, by: request.route, in: request.scenario)
        else { throw OllamaErrors.unknownModel(model) }
        return model
    }

    func has(_ model: String) -> Bool { OllamaFamily.has(model) }

    func refusal(ofChatWith model: String) -> ProviderError? {
        guard let family = OllamaFamily(model) else { return OllamaErrors.unknownModel(model) }
        return family.abilities.contains(.completion)
            ? nil : OllamaErrors.refusal("\"\(model)\" does not support chat")
    }

    /// Of paths and methods Gin speaks by itself, in text.
    func refusal(_ refusal: OwnRefusal) -> ProviderError {
        switch refusal {
        case .session(let name): OllamaErrors.refusal(OwnRefusal.text(ofSession: name))
        case .path: OllamaErrors.text(404, "404 page not found")
        case .method: OllamaErrors.text(405, "405 method not allowed")
        case .model(let model): OllamaErrors.unknownModel(model)
        case .cutShort: OllamaErrors.cutShort
        case .source(let status, let message, _): OllamaErrors.error(status, message)
        }
    }

    func request(_ sketch: ChatSketch) -> JSON {
        var messages: [JSON] = []
        if let system = sketch.system {
            messages.append(["role": "system", "content": .string(system)])
        }
        messages.append(["role": "user", "content": sketch.user])
        if let turn = sketch.turn {
            let call: JSON = ["function": ["name": turn.name, "arguments": .object([])]]
            messages.append(["role": "assistant", "content": "", "tool_calls": [call]])
            messages.append(["role": "tool", "tool_name": turn.name, "content": turn.result])
        }
        var members = [
            JSONMember("model", sketch.model ?? .string(profile.sample.model)),
            JSONMember("messages", .array(messages)), JSONMember("stream", false),
        ]
        if let name = sketch.tool {
            members.append(
                JSONMember("tools", [["type": "function", "function": ["name": name]]]))
        }
        if let format = sketch.format, format == "json_object" {
            members.append(JSONMember("format", "json"))
        }
        return .object(members)
    }

    func errorBody(message: JSON, type: JSON, param: JSON, code: JSON) -> JSON {
        ["error": message]
    }
}
