import BrownoutDialects
import BrownoutJSON

/// Makes up values that fit a JSON Schema, as far as tools and structured outputs use it: types,
/// `enum`, `const`, `default`, formats, bounds, nesting, local `$ref`, `anyOf`, `oneOf`, `allOf`.
struct SchemaSampler {
    private let root: JSON
    private var draws: WordStream
    /// Values made so far.
    private var made = 0
    /// Combined schemas looked into so far.
    private var merges = 0

    /// Below this depth, and beyond this many values, only what is required is made; a schema may
    /// refer to itself.
    private static let fullDepth = 6
    private static let fullSize = 500
    /// Nothing is made beyond these; a schema that still demands more cannot be met.
    private static let depthLimit = 40
    private static let sizeLimit = 5_000
    /// Combined schemas looked into at most: they may refer to themselves, and branch.
    private static let mergeLimit = 2_000

    /// The text of arguments for a tool; an object in any case.
    static func arguments(_ schema: JSON, _ draws: inout WordStream) -> String {
        let value = value(schema, &draws)
        guard case .object = value, !schema.isNull else { return "{}" }
        return value.text
    }

    /// A value that fits a schema.
    static func value(_ schema: JSON, _ draws: inout WordStream) -> JSON {
        var sampler = SchemaSampler(root: schema, draws: draws)
        let value = sampler.value(schema, depth: 0)
        draws = sampler.draws
        return value
    }

    private init(root: JSON, draws: WordStream) {
        self.root = root
        self.draws = draws
    }

    private mutating func value(_ schema: JSON, depth: Int) -> JSON {
        made += 1
        guard depth < Self.depthLimit, made < Self.sizeLimit else { return .null }
        let schema = flattened(schema, depth: depth)
        if let constant = schema["const"] { return constant }
        if case .array(let options)? = schema["enum"], !options.isEmpty {
            return options[draws.below(options.count)]
        }
        if let value = schema["default"], !value.isNull { return value }
        switch type(of: schema) {
        case "object": return object(schema, depth: depth)
        case "array": return array(schema, depth: depth)
        case "integer": return NumberSampler(schema, isInteger: true).value(&draws)
        case "number": return NumberSampler(schema, isInteger: false).value(&draws)
        case "boolean": return .bool(draws.below(2) == 1)
        case "null": return .null
        default: return .string(StringSampler.text(schema, &draws))
        }
    }

    /// The schema's type; of several the first that is not `null`. Without one, what its other
    /// keywords speak of.
    private func type(of schema: JSON) -> String {
        switch schema["type"] {
        case .string(let type)?: return type
        case .array(let types)?:
            let names = types.compactMap(\.stringValue)
            return names.first { $0 != "null" } ?? names.first ?? "string"
        default: break
        }
        func has(_ keywords: [String]) -> Bool { keywords.contains { schema[$0] != nil } }
        if has(["properties", "required", "additionalProperties"]) { return "object" }
        if has(["items", "prefixItems", "minItems"]) { return "array" }
        if has(["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"]) {
            return "number"
        }
        return "string"
    }

    // MARK: - Combined schemas

    private static let combining = ["$ref", "allOf", "anyOf", "oneOf"]

    /// A schema without `$ref`, `allOf`, `anyOf` and `oneOf`: what they lead to is merged in. Of
    /// alternatives the first counts that allows more than null.
    private mutating func flattened(_ schema: JSON, depth: Int) -> JSON {
        guard depth < Self.depthLimit, merges < Self.mergeLimit,
            case .object(let members) = schema
        else { return schema }
        guard members.contains(where: { Self.combining.contains($0.key) }) else { return schema }
        merges += 1
        var flat = JSON.object(
            members.filter { !Self.combining.contains($0.key) })
        if let reference = schema["$ref"]?.stringValue, let target = resolved(reference) {
            flat = Self.merged(flat, flattened(target, depth: depth + 1))
        }
        for part in schema["allOf"]?.arrayValue ?? [] {
            flat = Self.merged(flat, flattened(part, depth: depth + 1))
        }
        for keyword in ["anyOf", "oneOf"] {
            let options = schema[keyword]?.arrayValue ?? []
            guard let option = options.first(where: { $0["type"] != "null" }) ?? options.first
            else { continue }
            flat = Self.merged(flat, flattened(option, depth: depth + 1))
        }
        return flat
    }

    /// The target of a reference within the document (`#`, `#/$defs/city`).
    private func resolved(_ reference: String) -> JSON? {
        guard reference.hasPrefix("#") else { return nil }
        return root.value(at: String(reference.dropFirst()))
    }

    /// Properties and required names add up; of other keywords the first stands.
    private static func merged(_ first: JSON, _ second: JSON) -> JSON {
        guard case .object(var members) = first, case .object(let others) = second else {
            return first
        }
        for other in others {
            guard let place = members.firstIndex(where: { $0.key == other.key }) else {
                members.append(other)
                continue
            }
            switch (other.key, members[place].value, other.value) {
            case ("properties", .object(let mine), .object(let theirs)):
                members[place].value = .object(
                    mine + theirs.filter { their in !mine.contains { $0.key == their.key } })
            case ("required", .array(let mine), .array(let theirs)):
                members[place].value = .array(mine + theirs.filter { !mine.contains($0) })
            default: break
            }
        }
        return .object(members)
    }

    // MARK: - Objects and arrays

    private mutating func object(_ schema: JSON, depth: Int) -> JSON {
        let required = schema["required"]?.arrayValue ?? []
        let isFull = depth < Self.fullDepth && made < Self.fullSize
        var members: [JSONMember] = []
        for property in schema["properties"]?.objectValue ?? [] {
            guard isFull || required.contains(.string(property.key)) else { continue }
            members.append(JSONMember(property.key, value(property.value, depth: depth + 1)))
        }
        for case .string(let name) in required where !members.contains(where: { $0.key == name }) {
            members.append(JSONMember(name, value(additional(schema), depth: depth + 1)))
        }
        let least = min(schema["minProperties"]?.intValue ?? 0, Self.fullSize)
        var number = 1
        while members.count < least {
            let name = "field_\(number)"
            number += 1
            if members.contains(where: { $0.key == name }) { continue }
            members.append(JSONMember(name, value(additional(schema), depth: depth + 1)))
        }
        return .object(members)
    }

    /// The schema of members without one of their own.
    private func additional(_ schema: JSON) -> JSON {
        if case .object? = schema["additionalProperties"] {
            return schema["additionalProperties"] ?? .null
        }
        return .null
    }

    private mutating func array(_ schema: JSON, depth: Int) -> JSON {
        var items: [JSON] = []
        for item in schema["prefixItems"]?.arrayValue ?? [] {
            items.append(value(item, depth: depth + 1))
        }
        let isFull = depth < Self.fullDepth && made < Self.fullSize
        let least = min(max(schema["minItems"]?.intValue ?? 0, 0), Self.fullSize)
        let most = max(schema["maxItems"]?.intValue ?? Int.max, least)
        let wanted = isFull ? min(max(1 + draws.below(2), least), most) : least
        let isUnique = schema["uniqueItems"] == true
        // Distinct items are tried for a while: there may not be enough of them.
        var tries = wanted * 10
        while items.count < wanted, tries > 0 {
            tries -= 1
            let item = value(schema["items"] ?? .null, depth: depth + 1)
            if isUnique, items.contains(item) { continue }
            items.append(item)
        }
        return .array(items)
    }
}
