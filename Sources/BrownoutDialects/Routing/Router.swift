package import BrownoutEngine
import BrownoutJSON

/// A request whose session is known, so that the scenario it comes under can be found.
package struct SessionRequest: Sendable {
    package let request: IncomingRequest
    /// `default` where the request names none, or one that cannot be.
    package let session: String
    let headers: RequestHeaders
    /// What follows the session's prefix in the path.
    let path: Substring
    /// The session's name that cannot be one.
    let badSession: String?
    /// What is kept of the conversation that the request goes on with; nil: it goes on with none.
    var resumed: Result<ResumedThread, ThreadRefusal>?

    /// Whether the request can be anybody's: its session has a name that one can have.
    package var hasSession: Bool { badSession == nil }

    package init(_ request: IncomingRequest) {
        self.request = request
        headers = RequestHeaders(request.headers)
        let (named, path) = Route.session(in: Route.path(of: request.target))
        self.path = path
        let name = headers.session ?? named.map(String.init)
        badSession = name.flatMap { SessionName.isName($0) ? nil : $0 }
        session = badSession == nil ? name ?? SessionName.standard : SessionName.standard
    }
}

/// Reads a request the way the provider it is addressed to would.
package enum Router {
    /// What the request is and what a healthy provider would do with it. Never fails: a request
    /// no provider would take becomes ``ParsedRequest/Intent/refuse(_:)``.
    package static func parse(_ incoming: SessionRequest, in scenario: Scenario) -> ParsedRequest {
        let (request, headers) = (incoming.request, incoming.headers)
        let route = Route(incoming, scenario.providers)
        var facts = RequestFacts(
            provider: route.provider, dialect: route.dialect, endpoint: route.endpoint,
            purpose: route.purpose(of: request, in: scenario), session: incoming.session,
            call: call(incoming, route),
            retryCount: headers.retryCount, credential: credential(headers, route.dialect),
            client: client(request, scenario.access), version: request.version,
            headers: request.headers)
        if case .success(let body) = request.body { facts.body = body }
        do throws(ProviderError) {
            if let name = incoming.badSession { throw badSession(name, route.dialect) }
            let intent = try intent(incoming, route, scenario)
            facts.take(intent)
            if case .chat(let chat) = intent,
                let error = ModelNames.refusal(of: chat.model, by: route, in: scenario)
            {
                return ParsedRequest(
                    facts: facts, intent: .refuse(error), unlisted: chat,
                    advice: Advice.about(error, request, route, facts.model))
            }
            return ParsedRequest(facts: facts, intent: intent)
        } catch {
            // A rule may still speak of what can be read of the request.
            let model = facts.body["model"]?.stringValue ?? String(route.model)
            // Limits and metrics keep names, and nothing held this one to a length.
            facts.model = String(model.prefix(ChatRequest.longestModel))
            facts.stream = facts.body["stream"]?.boolValue ?? false
            let advice =
                incoming.badSession == nil ? Advice.about(error, request, route, facts.model) : nil
            return ParsedRequest(facts: facts, intent: .refuse(error), advice: advice)
        }
    }

    /// Checks in the order of the real providers: the address, the size, the key, the body.
    private static func intent(
        _ incoming: SessionRequest, _ route: Route, _ scenario: Scenario
    ) throws(ProviderError) -> ParsedRequest.Intent {
        let (request, headers) = (incoming.request, incoming.headers)
        switch (route.endpoint, request.method) {
        case (.unknown, _): throw unknownPath(request.method, route)
        case (let endpoint, let method) where method == endpoint.method: break
        default: throw wrongMethod(request.method, route)
        }
        if case .failure(let problem) = request.body {
            switch route.dialect {
            case .openai: try OpenAIErrors.checkCoding(problem)
            case .anthropic: try AnthropicErrors.checkCoding(problem)
            }
        }
        switch route.dialect {
        case .openai: try OpenAIErrors.checkKey(headers)
        case .anthropic: try AnthropicErrors.checkKey(headers)
        }
        switch route.dialect {
        case .openai: return try openAI(request, route, scenario)
        case .anthropic: return try anthropic(incoming, route, scenario)
        }
    }

    private static func openAI(
        _ request: IncomingRequest, _ route: Route, _ scenario: Scenario
    ) throws(ProviderError) -> ParsedRequest.Intent {
        let body = request.body
        if request.loneSurrogate != nil, route.endpoint.method == "POST" {
            throw OpenAIErrors.notJSON
        }
        switch route.endpoint {
        case .chatCompletions:
            return .chat(try OpenAIChatParser.parse(body, isOpenAI: route.isOriginal))
        case .completions:
            let isOpenAI = hasItsOwnModels(body, route, scenario)
            return .complete(try OpenAITextParser.parse(body, isOpenAI: isOpenAI))
        case .embeddings:
            let isOpenAI = hasItsOwnModels(body, route, scenario)
            return .embed(try OpenAIEmbeddings.parse(body, isOpenAI: isOpenAI))
        case .moderations:
            let isOpenAI = hasItsOwnModels(body, route, scenario)
            return .moderate(try OpenAIModerations.parse(body, isOpenAI: isOpenAI))
        default: return try models(request, route, scenario)
        }
    }

    private static func anthropic(
        _ incoming: SessionRequest, _ route: Route, _ scenario: Scenario
    ) throws(ProviderError) -> ParsedRequest.Intent {
        let (request, headers) = (incoming.request, incoming.headers)
        switch route.endpoint {
        case .messages, .countTokens:
            try AnthropicErrors.checkVersion(headers)
            if let lone = request.loneSurrogate { throw AnthropicJSON.refusal(lone) }
            let onlyCounts = route.endpoint == .countTokens
            let chat = try AnthropicChatParser.parse(
                request.body, resumed: incoming.resumed, beta: headers.anthropicBeta,
                isAnthropic: route.isOriginal, onlyCounts: onlyCounts)
            guard onlyCounts else { return .chat(chat) }
            if let error = ModelNames.refusal(of: chat.model, by: route, in: scenario) {
                throw error
            }
            return .countTokens(chat)
        default: return try models(request, route, scenario)
        }
    }

    private static func models(
        _ request: IncomingRequest, _ route: Route, _ scenario: Scenario
    ) throws(ProviderError) -> ParsedRequest.Intent {
        if route.endpoint == .models {
            guard route.dialect == .anthropic else { return .listModels(ModelQuery()) }
            return .listModels(try ModelQuery(target: request.target))
        }
        let model = String(route.model)
        guard ModelNames.accepts(model, by: route, in: scenario) else {
            switch route.dialect {
            case .openai: throw OpenAIErrors.unknownModel(model)
            case .anthropic: throw AnthropicErrors.unknownModel(model)
            }
        }
        return .model(model)
    }

    /// Whether a request comes to OpenAI itself, with a model that it would have to have.
    private static func hasItsOwnModels(
        _ body: Result<JSON, IncomingRequest.BodyProblem>, _ route: Route, _ scenario: Scenario
    ) -> Bool {
        guard route.isOriginal else { return false }
        guard !scenario.models.isEmpty, case .success(let body) = body else { return true }
        return !ModelNames.isAdded(body["model"]?.stringValue ?? "", to: scenario)
    }

    private static func client(
        _ request: IncomingRequest, _ access: Access?
    ) -> NetworkAddress? {
        guard let access else { return request.client }
        return access.client(of: request.client, headers: request.headers)
    }

    private static func call(_ incoming: SessionRequest, _ route: Route) -> CallKey {
        let (request, headers) = (incoming.request, incoming.headers)
        if let call = headers.call, !call.isEmpty { return CallKey(named: call, by: .header) }
        if let key = headers.idempotencyKey, !key.isEmpty {
            return CallKey(named: key, by: .idempotencyKey)
        }
        switch route.endpoint {
        case .chatCompletions, .messages:
            if case .success(let resumed)? = incoming.resumed {
                return CallKey(digest: CallDigest.chat(resumed.members))
            }
            if case .success(.object(let members)) = request.body {
                return CallKey(digest: CallDigest.chat(members))
            }
        case .completions, .embeddings, .moderations, .countTokens:
            if case .success(.object(let members)) = request.body {
                return CallKey(digest: CallDigest.body(members, of: route.endpoint))
            }
        case .models, .model, .unknown: break
        }
        return CallKey(digest: CallDigest.request(request.method, route.path))
    }

    /// Clients of Anthropic send their key either way, depending on their version (wire facts,
    /// 6.1).
    private static func credential(_ headers: RequestHeaders, _ dialect: DialectName) -> String {
        switch dialect {
        case .openai: headers.bearer ?? headers.apiKey ?? ""
        case .anthropic: headers.apiKey ?? headers.bearer ?? ""
        }
    }
}

// MARK: - Refusals of an address

extension Router {
    private static func badSession(_ name: String, _ dialect: DialectName) -> ProviderError {
        ProviderError(
            status: 400, type: "invalid_request_error",
            message: "Session names are 1 to 64 letters, digits, dots, hyphens or underscores, and "
                + "neither '.' nor '..', unlike '\(name.prefix(80))'.",
            code: dialect == .openai ? "invalid_session" : nil)
    }

    /// OpenAI's 404 names method and path (wire facts, 4); Anthropic's only says so.
    private static func unknownPath(_ method: String, _ route: Route) -> ProviderError {
        switch route.dialect {
        case .openai:
            ProviderError(
                status: 404, type: "invalid_request_error",
                message: "Invalid URL (\(method) \(route.path.prefix(200)))")
        case .anthropic:
            ProviderError(status: 404, type: "not_found_error", message: "Not Found")
        }
    }

    private static func wrongMethod(_ method: String, _ route: Route) -> ProviderError {
        switch route.dialect {
        case .openai:
            ProviderError(
                status: 405, type: "invalid_request_error",
                message: "Not allowed to \(method) on \(route.path.prefix(200)). "
                    + "(HINT: Perhaps you meant to make a "
                    + "\(route.endpoint.method) request?)",
                code: "method_not_allowed")
        case .anthropic:
            ProviderError(
                status: 405, type: "invalid_request_error", message: "Method Not Allowed")
        }
    }
}
