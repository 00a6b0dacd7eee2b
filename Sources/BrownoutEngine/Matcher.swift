import BrownoutJSON

/// The conditions of a rule's `when`. An empty list does not restrict; within a list any entry
/// may match; over the lists all must.
package struct Matcher: Equatable, Sendable {
    package var provider: [Glob] = []
    package var endpoint: [Endpoint] = []
    package var model: [Glob] = []
    package var stream: Bool?
    package var tools: Bool?
    package var key: [Glob] = []
    package var client: [AddressPattern] = []
    package var header: [HeaderCondition] = []
    package var body: [BodyCondition] = []
    package var session: [Glob] = []
    package var userText: [Glob] = []

    package struct HeaderCondition: Equatable, Sendable {
        /// Lower case.
        package var name: String
        package var value: Glob

        package init(name: String, value: Glob) {
            self.name = name
            self.value = value
        }
    }

    package struct BodyCondition: Equatable, Sendable {
        /// A JSON Pointer (RFC 6901).
        package var pointer: String
        package var value: Glob

        package init(pointer: String, value: Glob) {
            self.pointer = pointer
            self.value = value
        }
    }

    package init() {}

    /// Whether the matcher restricts nothing.
    package var matchesEverything: Bool { self == Matcher() }

    package func matches(_ facts: RequestFacts) -> Bool {
        if let stream, stream != facts.stream { return false }
        if let tools, tools != facts.hasTools { return false }
        if !endpoint.isEmpty, !endpoint.contains(facts.endpoint) { return false }
        return Matcher.any(provider, facts.provider) && Matcher.any(model, facts.model)
            && Matcher.any(key, facts.credential) && Matcher.any(session, facts.session)
            && Matcher.any(userText, facts.userText) && matchesClient(facts.client)
            && header.allSatisfy { matches($0, facts) }
            && body.allSatisfy { matches($0, facts.body) }
    }

    private static func any(_ globs: [Glob], _ text: String) -> Bool {
        globs.isEmpty || globs.contains { $0.matches(text) }
    }

    func matchesClient(_ address: NetworkAddress?) -> Bool {
        if client.isEmpty { return true }
        guard let address else { return false }
        return client.contains { $0.contains(address) }
    }

    /// The protocol the request came by; nil: any. Kept as a condition on a field that no request
    /// has: a matcher of one more stored property is copied for every rule that is looked at.
    package var version: HTTPVersion? {
        get {
            let condition = header.first { $0.name == Matcher.versionField }
            return condition?.value.literal.flatMap { HTTPVersion(rawValue: $0) }
        }
        set {
            header.removeAll { $0.name == Matcher.versionField }
            guard let newValue, let glob = try? Glob(newValue.rawValue) else { return }
            header.append(HeaderCondition(name: Matcher.versionField, value: glob))
        }
    }

    /// No header has such a name.
    package static let versionField = ":protocol"

    private func matches(_ condition: HeaderCondition, _ facts: RequestFacts) -> Bool {
        if condition.name == Matcher.versionField {
            return condition.value.matches(facts.version.rawValue)
        }
        return facts.headers.contains {
            $0.name.utf8.count == condition.name.utf8.count
                && $0.name.lowercased() == condition.name && condition.value.matches($0.value)
        }
    }

    /// A string is compared as it is, anything else as its JSON text.
    private func matches(_ condition: BodyCondition, _ body: JSON) -> Bool {
        guard let value = body.value(at: condition.pointer) else { return false }
        return condition.value.matches(value.stringValue ?? value.text)
    }
}
