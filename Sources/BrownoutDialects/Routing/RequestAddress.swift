package import BrownoutEngine

/// Whom a request is addressed to, and what it asks for by its path alone.
package struct RequestAddress: Equatable, Sendable {
    /// `openai`, `anthropic`, or the name of a virtual provider.
    package var provider: String
    /// The API that the provider speaks; a virtual provider borrows that of another.
    package var dialect: DialectName
    /// What it asks for, by its path alone; ``Endpoint/unknown`` where the API has no such path.
    package var endpoint: Endpoint
    /// The model that the path names; empty where it names none.
    package var model: String
    /// The path as the provider sees it.
    package var path: String
    /// Without its question mark; nil where there is none.
    package var query: String?

    /// The address of a request that came in, whose session is known.
    package init(_ incoming: SessionRequest, in scenario: Scenario) {
        let route = Route(incoming, scenario.providers)
        self.init(
            provider: route.provider, dialect: route.dialect, path: String(route.path),
            query: Self.query(of: incoming.request.target).map(String.init))
    }

    /// The address of a request whose provider is known: a recorded one.
    package init(provider: String, dialect: DialectName, path: String, query: String? = nil) {
        let (endpoint, model) = Dialects.profile(dialect).endpoint(of: path[...])
        self.provider = provider
        self.dialect = dialect
        self.endpoint = endpoint
        self.model = endpoint == .unknown ? Self.model(in: path) : String(model)
        self.path = path
        self.query = query
    }

    /// The provider's own path of a request target that names its session or its provider.
    package static func path(of target: String, to provider: String) -> String {
        let (_, path) = Route.session(in: Route.path(of: target))
        let prefix = "/\(provider)/"
        return String(path.hasPrefix(prefix) ? path.dropFirst(prefix.count - 1) : path)
    }

    /// The query of a request target (RFC 9112, 3.2), without its question mark.
    static func query(of target: String) -> Substring? {
        guard let mark = target.utf8.firstIndex(of: UInt8(ascii: "?")) else { return nil }
        let query = target[target.utf8.index(after: mark)...]
        return query.utf8.firstIndex(of: UInt8(ascii: "#")).map { query[..<$0] } ?? query
    }

    /// The model in the paths of APIs that we do not speak: Gemini's `/models/NAME:generateContent`
    /// and Azure OpenAI's `/deployments/NAME/chat/completions`.
    static func model(in path: String) -> String {
        var isNext = false
        for part in path.split(separator: "/") {
            if isNext { return String(part.prefix { $0 != ":" }) }
            isNext = part == "models" || part == "deployments"
        }
        return ""
    }
}
