import BrownoutJSON

/// A matcher as requests are held against it: the conditions there are, cheapest first, and one
/// reference in all. A rule's matcher is mostly empty lists, and looking at fifty of those for
/// each request costs more than deciding.
package struct Conditions: Equatable, Sendable {
    private enum Condition: Equatable, Sendable {
        case stream(Bool)
        case tools(Bool)
        case version(HTTPVersion)
        case endpoint([Endpoint])
        case client([AddressPattern])
        case text(Text, GlobList)
        case header([Matcher.HeaderCondition])
        case body([Matcher.BodyCondition])
    }

    /// A text of a request.
    private enum Text: CaseIterable, Sendable {
        case provider
        case model
        case key
        case session
        case user
    }

    private let all: [Condition]

    init(_ matcher: Matcher) {
        var all: [Condition] = []
        if let stream = matcher.stream { all.append(.stream(stream)) }
        if let tools = matcher.tools { all.append(.tools(tools)) }
        if let version = matcher.version { all.append(.version(version)) }
        if !matcher.endpoint.isEmpty { all.append(.endpoint(matcher.endpoint)) }
        for text in Text.allCases {
            let globs = Conditions.globs(text, of: matcher)
            if !globs.isEmpty { all.append(.text(text, GlobList(globs))) }
        }
        if !matcher.client.isEmpty { all.append(.client(matcher.client)) }
        if !matcher.header.isEmpty { all.append(.header(matcher.header)) }
        if !matcher.body.isEmpty { all.append(.body(matcher.body)) }
        self.all = all
    }

    private static func globs(_ text: Text, of matcher: Matcher) -> [Glob] {
        switch text {
        case .provider: matcher.provider
        case .model: matcher.model
        case .key: matcher.key
        case .session: matcher.session
        case .user: matcher.userText
        }
    }

    /// Whether every request matches.
    package var isEmpty: Bool { all.isEmpty }

    /// Whether a request fulfils all of the conditions.
    package func match(_ facts: RequestFacts) -> Bool {
        for condition in all where !Conditions.holds(condition, facts) { return false }
        return true
    }

    /// Whether what matches is counted: a call is, and what asks no model for an answer only
    /// where the conditions name its endpoint.
    func counts(_ facts: RequestFacts) -> Bool {
        switch facts.purpose {
        case .call: true
        case .auxiliary: all.contains { if case .endpoint = $0 { true } else { false } }
        case .probe: false
        }
    }

    /// Whether a connection matches, of which no more is known than whose it is.
    func match(client: NetworkAddress?) -> Bool {
        all.allSatisfy { condition in
            guard case .client(let patterns) = condition else { return false }
            return Conditions.any(patterns, client)
        }
    }

    private static func holds(_ condition: Condition, _ facts: RequestFacts) -> Bool {
        switch condition {
        case .stream(let stream): stream == facts.stream
        case .tools(let tools): tools == facts.hasTools
        case .version(let version): version == facts.version
        case .endpoint(let endpoints): endpoints.contains(facts.endpoint)
        case .client(let patterns): any(patterns, facts.client)
        case .text(.provider, let globs): globs.matches(facts.provider)
        case .text(.model, let globs): globs.matches(facts.model)
        case .text(.key, let globs): globs.matches(facts.credential)
        case .text(.session, let globs): globs.matches(facts.session)
        case .text(.user, let globs): globs.matches(facts.userText)
        case .header(let conditions): conditions.allSatisfy { holds($0, facts.headers) }
        case .body(let conditions): conditions.allSatisfy { holds($0, facts.body) }
        }
    }

    private static func any(_ patterns: [AddressPattern], _ address: NetworkAddress?) -> Bool {
        guard let address else { return false }
        return patterns.contains { $0.contains(address) }
    }

    private static func holds(
        _ condition: Matcher.HeaderCondition, _ headers: HeaderFields
    ) -> Bool {
        headers.indices.contains {
            headers.isNamed($0, condition.name) && condition.value.matches(headers.value($0))
        }
    }

    /// A string is compared as it is, anything else as its JSON text.
    private static func holds(_ condition: Matcher.BodyCondition, _ body: JSON) -> Bool {
        guard let value = body.value(along: condition.tokens) else { return false }
        return condition.value.matches(value.stringValue ?? value.text)
    }
}
