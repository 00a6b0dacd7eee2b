package import BrownoutEngine
import BrownoutJSON

/// A request whose session is known, so that the scenario it comes under can be found.
package struct SessionRequest: Sendable {
    /// The request as it came; its target still names the session.
    package private(set) var request: IncomingRequest
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

    /// Reads the body of the request; nothing changes where there is none.
    package mutating func read(_ body: UnsafeBufferPointer<UInt8>) {
        request.read(body)
    }

    /// Reads the session from the headers, else from the path.
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
            retryCount: headers.retryCount,
            credential: Dialects.profile(route.dialect).credential(in: headers),
            client: client(request, scenario.access), version: request.version,
            headers: request.headers)
        if case .success(let body) = request.body { facts.body = body }
        do throws(ProviderError) {
            if let name = incoming.badSession {
                throw Dialects.of(route.dialect).refusal(.session(name))
            }
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
            facts.stream = Dialects.profile(route.dialect).wantsStream(route.endpoint, facts.body)
            let advice =
                incoming.badSession == nil ? Advice.about(error, request, route, facts.model) : nil
            return ParsedRequest(facts: facts, intent: .refuse(error), advice: advice)
        }
    }

    /// A request that was read before and is asked once more, perhaps by somebody else; nil where
    /// what it was read from does not tell which call it is of.
    package static func reread(
        _ known: ParsedRequest, for incoming: SessionRequest, in scenario: Scenario
    ) -> ParsedRequest? {
        var facts = known.facts
        let (asked, headers) = (incoming.request, incoming.headers)
        if let call = call(named: headers) {
            facts.call = call
        } else if known.facts.call.source != .digest {
            return nil
        }
        facts.session = incoming.session
        facts.retryCount = headers.retryCount
        facts.credential =
            Dialects.profile(facts.dialect).credential(in: headers)
        facts.client = client(asked, scenario.access)
        facts.version = asked.version
        facts.headers = asked.headers
        return known.with(facts)
    }

    /// Checks in the order of the real providers: the address, the size, the key, the body. What
    /// broke off is malformed whatever it was about (RFC 9112, 8).
    private static func intent(
        _ incoming: SessionRequest, _ route: Route, _ scenario: Scenario
    ) throws(ProviderError) -> ParsedRequest.Intent {
        let request = incoming.request
        let dialect = Dialects.of(route.dialect)
        if case .failure(.cutShort) = request.body { throw dialect.refusal(.cutShort) }
        if route.endpoint == .unknown {
            throw dialect.refusal(.path(method: request.method, path: route.path))
        }
        if !route.endpoint.takes(request.method) {
            throw dialect.refusal(
                .method(request.method, path: route.path, route.endpoint))
        }
        if case .failure(let problem) = request.body { try dialect.checkCoding(problem) }
        try dialect.checkKey(incoming.headers)
        return try dialect.parse(
            RoutedRequest(incoming: incoming, route: route, scenario: scenario))
    }

    private static func client(
        _ request: IncomingRequest, _ access: Access?
    ) -> NetworkAddress? {
        guard let access else { return request.client }
        return access.client(of: request.client, headers: request.headers)
    }

    /// What the head calls the call; nil: it does not.
    private static func call(named headers: RequestHeaders) -> CallKey? {
        if let call = headers.call, !call.isEmpty { return CallKey(named: call, by: .header) }
        guard let key = headers.idempotencyKey, !key.isEmpty else { return nil }
        return CallKey(named: key, by: .idempotencyKey)
    }

    private static func call(_ incoming: SessionRequest, _ route: Route) -> CallKey {
        if let call = call(named: incoming.headers) { return call }
        let request = incoming.request
        let profile = Dialects.profile(route.dialect)
        switch route.endpoint.operation {
        case .chat:
            if case .success(let resumed)? = incoming.resumed {
                return CallKey(digest: CallDigest.chat(resumed.members, profile))
            }
            if case .success(.object(let members)) = request.body {
                return CallKey(digest: CallDigest.chat(members, profile))
            }
        case .text, .embed, .moderate, .count, .models, .model, .info:
            if case .success(.object(let members)) = request.body {
                return CallKey(digest: CallDigest.body(members, of: route.endpoint, profile))
            }
        case .unknown: break
        }
        return CallKey(digest: CallDigest.request(request.method, route.path))
    }
}

extension RoutedRequest {
    /// The model that the path names, if the provider has it.
    func knownModel(_ dialect: some Dialect) throws(ProviderError) -> String {
        let model = String(route.model)
        guard ModelNames.accepts(model, by: route, in: scenario) else {
            throw dialect.refusal(.model(model))
        }
        return model
    }
}
