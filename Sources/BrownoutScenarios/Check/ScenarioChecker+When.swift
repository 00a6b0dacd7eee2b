import BrownoutDialects
import BrownoutEngine
import BrownoutYAML

extension ScenarioChecker {
    mutating func matcher(_ node: YAMLNode) -> Matcher? {
        guard let fields = fields(node, .when) else { return nil }
        let before = errorCount
        var matcher = Matcher()
        matcher.provider = providerGlobs(fields["provider"])
        matcher.endpoint = endpoints(fields["endpoint"], of: matcher.provider)
        matcher.model = globs(fields["model"])
        if let node = fields["stream"] { matcher.stream = boolean(node, of: "stream") }
        if let node = fields["tools"] { matcher.tools = boolean(node, of: "tools") }
        matcher.key = globs(fields["key"])
        matcher.client = addresses(fields["client"])
        matcher.header = headers(fields["header"])
        matcher.body = pointers(fields["body"])
        matcher.session = globs(fields["session"])
        if let node = fields["protocol"] { matcher.version = word(node, as: "a protocol") }
        matcher.userText = globs(fields["user-text"])
        return errorCount == before ? matcher : nil
    }

    mutating func globs(_ node: YAMLNode?) -> [Glob] {
        guard let node else { return [] }
        var globs: [Glob] = []
        let items = oneOrMany(node)
        let limit = ScenarioLimits.listedPatterns
        guard items.count <= limit else {
            error("\(items.count) patterns in a list are more than \(limit)", at: items[limit].span)
            return []
        }
        for item in items {
            if let glob = glob(item) { globs.append(glob) }
        }
        return globs
    }

    /// Patterns for providers; one that no provider's name fits could never fire.
    private mutating func providerGlobs(_ node: YAMLNode?) -> [Glob] {
        guard let node else { return [] }
        var globs: [Glob] = []
        let names = providers.map(\.name)
        for item in oneOrMany(node) {
            guard let glob = glob(item) else { continue }
            globs.append(glob)
            if names.contains(where: glob.matches) { continue }
            if let literal = glob.literal, Word.laterDialects.contains(literal) {
                notYet(literal, at: item.span, supported: names)
                continue
            }
            let what =
                glob.literal == nil
                ? "no provider's name fits \(quoted(glob.text))"
                : "there is no provider \(quoted(glob.text))"
            error(
                "can never fire: \(what)", at: item.span,
                nearest: NearestWord.nearest(to: glob.text, among: names), allowed: names)
        }
        return globs
    }

    /// Endpoints; one that none of the matched providers has could never fire.
    private mutating func endpoints(_ node: YAMLNode?, of globs: [Glob]) -> [Endpoint] {
        guard let node else { return [] }
        let matched = providers.filter { provider in
            globs.isEmpty || globs.contains { $0.matches(provider.name) }
        }
        var endpoints: [Endpoint] = []
        for item in oneOrMany(node) {
            guard let endpoint = endpoint(item) else { continue }
            endpoints.append(endpoint)
            // Where no provider matches, that is the error, and was reported.
            if matched.isEmpty
                || matched.contains(where: { Dialects.profile($0.dialect).serves(endpoint) })
            {
                continue
            }
            let allowed = Dialects.endpoints.filter { endpoint in
                matched.contains { Dialects.profile($0.dialect).serves(endpoint) }
            }
            error(
                "can never fire: \(matched.map { quoted($0.name) }.joined(separator: ", ")) "
                    + "has no endpoint '\(endpoint.name)'",
                at: item.span, allowed: allowed.map(\.name))
        }
        return endpoints
    }

    /// An endpoint of any provider's.
    mutating func endpoint(_ node: YAMLNode) -> Endpoint? {
        guard let text = scalar(node, as: "an endpoint") else { return nil }
        if let endpoint = Dialects.endpoints.first(where: { $0.name == text }) { return endpoint }
        error(
            "\(quoted(text)) is not an endpoint", at: node.span,
            nearest: NearestWord.nearest(to: text, among: Word.endpoints),
            allowed: Word.endpoints)
        return nil
    }

    mutating func addresses(_ node: YAMLNode?) -> [AddressPattern] {
        guard let node else { return [] }
        var patterns: [AddressPattern] = []
        for item in oneOrMany(node) {
            if let pattern = address(item) { patterns.append(pattern) }
        }
        return patterns
    }

    private mutating func headers(_ node: YAMLNode?) -> [Matcher.HeaderCondition] {
        var conditions: [Matcher.HeaderCondition] = []
        for (key, value) in record(node, "header", example: "header: {x-team: \"search*\"}") {
            guard let name = headerName(key) else { continue }
            guard let glob = onePattern(value, of: "header") else { continue }
            conditions.append(.init(name: name, value: glob))
        }
        return conditions
    }

    /// A header's name in lower case.
    mutating func headerName(_ key: YAMLNode) -> String? {
        guard let name = key.text else { return nil }
        guard !name.isEmpty, name.utf8.allSatisfy(ScenarioChecker.isTokenByte) else {
            error("\(quoted(name)) is not a header's name", at: key.span)
            return nil
        }
        return name.lowercased()
    }

    private mutating func pointers(_ node: YAMLNode?) -> [Matcher.BodyCondition] {
        var conditions: [Matcher.BodyCondition] = []
        for (key, value) in record(node, "body", example: "body: {/user: \"test-*\"}") {
            guard let pointer = key.text else { continue }
            guard pointer.isEmpty || pointer.hasPrefix("/") else {
                error(
                    "a JSON Pointer begins with '/'", at: key.span,
                    nearest: "/" + pointer.split(separator: ".").joined(separator: "/"))
                continue
            }
            guard ScenarioChecker.isWellEscaped(pointer) else {
                error("in a JSON Pointer, '~' is written '~0' and '/' is '~1'", at: key.span)
                continue
            }
            guard let glob = onePattern(value, of: "body") else { continue }
            conditions.append(.init(pointer: pointer, value: glob))
        }
        return conditions
    }

    private mutating func onePattern(_ node: YAMLNode, of key: String) -> Glob? {
        if node.items != nil {
            error(
                "a key under '\(key)' takes one pattern, not a list", at: node.span,
                note: "all entries of '\(key)' must hold; alternatives need a rule each")
            return nil
        }
        return glob(node)
    }

    mutating func record(
        _ node: YAMLNode?, _ key: String, example: String
    ) -> [(YAMLNode, YAMLNode)] {
        guard let node else { return [] }
        guard let entries = node.entries else {
            error(
                "'\(key)' is a mapping, not \(node.description)", at: node.span,
                note: "for example: \(example)")
            return []
        }
        if entries.isEmpty { error("'\(key)' is empty", at: node.span) }
        return entries.map { ($0.key, $0.value) }
    }

    /// A byte of a header's name (RFC 9110, 5.6.2).
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }

    private static func isWellEscaped(_ pointer: String) -> Bool {
        let parts = pointer.split(separator: "~", omittingEmptySubsequences: false).dropFirst()
        return parts.allSatisfy { $0.hasPrefix("0") || $0.hasPrefix("1") }
    }
}
