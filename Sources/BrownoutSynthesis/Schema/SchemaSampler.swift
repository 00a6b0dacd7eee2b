import BrownoutDialects
import BrownoutJSON

/// Makes up values that fit a JSON Schema, as far as tools and structured outputs use it. What
/// cannot be built towards (`oneOf`, `not`, `if`, joined schemas) is tried a few times and judged.
struct SchemaSampler {
    let root: JSON
    var draws: WordStream
    private var judge: SchemaJudge
    private var heights: SchemaHeights
    /// Values made so far.
    private var made = 0
    /// Names, alternatives and steps of patterns gone through so far.
    var work = 0
    /// Combined schemas looked into so far.
    private var merges = 0
    /// Whether what was looked into last has keywords whose values have to be judged.
    private var isDoubtful = false

    /// Below this depth, and beyond this many values, only what is required is made, by the
    /// shortest way; a schema may refer to itself.
    private static let fullDepth = 6
    private static let fullSize = 300
    /// Nothing is made beyond these; a schema that still demands more cannot be met.
    private static let depthLimit = 40
    static let sizeLimit = 5_000
    private static let workLimit = 500_000
    /// Combined schemas looked into at most: they may refer to themselves, and branch.
    private static let mergeLimit = 5_000
    /// How often a value that has to be judged is made.
    private static let tries = 24

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
        judge = SchemaJudge(root: root)
        heights = SchemaHeights(root: root)
    }

    /// Whether there is room for what is not required.
    func isFull(_ depth: Int) -> Bool { depth < Self.fullDepth && made < Self.fullSize }

    /// Whether there is room for what is required.
    var hasRoom: Bool { made < Self.sizeLimit && work < Self.workLimit }

    mutating func value(_ schema: JSON, depth: Int) -> JSON {
        var first: JSON?
        for attempt in 0..<Self.tries {
            made += 1
            guard depth < Self.depthLimit, hasRoom else { break }
            isDoubtful = false
            let flat = flattened(schema, depth: depth, attempt: attempt)
            let mustBeJudged = isDoubtful
            let value = plain(flat, depth: depth)
            if !mustBeJudged || judge.isExhausted || judge.fits(value, schema) { return value }
            first = first ?? value
        }
        return first ?? .null
    }

    private mutating func plain(_ schema: JSON, depth: Int) -> JSON {
        if let constant = schema["const"] { return constant }
        if case .array(let options)? = schema["enum"], !options.isEmpty {
            return option(options, schema)
        }
        if let value = schema["default"], !value.isNull, judge.fits(value, schema) { return value }
        switch type(of: schema) {
        case "object": return object(schema, depth: depth)
        case "array": return array(schema, depth: depth)
        case "integer": return NumberSampler(schema, isInteger: true).value(&draws)
        case "number": return NumberSampler(schema, isInteger: false).value(&draws)
        case "boolean": return .bool(draws.below(2) == 1)
        case "null": return .null
        default: return .string(StringSampler.text(schema, &draws, counting: &work))
        }
    }

    /// One of the options of an `enum`, from a drawn one on the first that fits what else the
    /// schema asks for.
    private mutating func option(_ options: [JSON], _ schema: JSON) -> JSON {
        let start = draws.below(options.count)
        let others = JSON.object((schema.objectValue ?? []).filter { $0.key != "enum" })
        for step in options.indices where !judge.isExhausted {
            let option = options[(start + step) % options.count]
            if judge.fits(option, others) { return option }
        }
        return options[start]
    }

    /// The schema's type; of several any that is not `null`. Without one, what its other keywords
    /// speak of.
    private mutating func type(of schema: JSON) -> String {
        switch schema["type"] {
        case .string(let type)?: return type
        case .array(let types)?:
            let names = types.compactMap(\.stringValue)
            let some = names.filter { $0 != "null" }
            return some.isEmpty ? names.first ?? "string" : some[draws.below(some.count)]
        default: break
        }
        func has(_ keywords: [String]) -> Bool { keywords.contains { schema[$0] != nil } }
        if has(["pattern", "format", "minLength", "maxLength"]) { return "string" }
        if has(["properties", "required", "additionalProperties", "minProperties"]) {
            return "object"
        }
        if has(["items", "prefixItems", "minItems", "contains", "uniqueItems"]) { return "array" }
        if has(["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"]) {
            return "number"
        }
        return "string"
    }

    // MARK: - Combined schemas

    private static let combining = ["$ref", "allOf", "anyOf", "oneOf", "if", "then", "else"]
    private static let judged = [
        "allOf", "oneOf", "not", "if", "contains", "propertyNames", "patternProperties",
        "dependentRequired", "dependentSchemas",
    ]

    /// Keywords that ask nothing of a value.
    private static let remarks = [
        "$defs", "definitions", "title", "description", "default", "examples", "discriminator",
    ]

    /// A schema without `$ref`, `allOf`, `anyOf`, `oneOf` and `if`: what they lead to is merged
    /// in. Each attempt takes another of the alternatives.
    private mutating func flattened(_ schema: JSON, depth: Int, attempt: Int) -> JSON {
        let schema = SchemaRemarks.read(schema)
        guard depth < Self.depthLimit, merges < Self.mergeLimit,
            case .object(let members) = schema
        else { return schema }
        work += members.count + (schema["description"] == nil ? 0 : SchemaRemarks.longest / 100)
        if members.contains(where: { Self.judged.contains($0.key) }) { isDoubtful = true }
        guard members.contains(where: { Self.combining.contains($0.key) }) else { return schema }
        merges += 1
        var flat = JSON.object(members.filter { !Self.combining.contains($0.key) })
        var parts: [JSON] = []
        if let reference = schema["$ref"] {
            work += SchemaReference.cost(in: root)
            if let target = SchemaReference.target(reference, in: root) { parts.append(target) }
        }
        parts += schema["allOf"]?.arrayValue ?? []
        for keyword in ["anyOf", "oneOf"] {
            let options = schema[keyword]?.arrayValue ?? []
            work += options.count
            if let option = option(options, depth: depth, attempt: attempt) {
                parts.append(option)
                // Beside other keywords an alternative may not be one.
                if !members.allSatisfy({ $0.key == keyword || Self.remarks.contains($0.key) }) {
                    isDoubtful = true
                }
            }
        }
        if let condition = schema["if"] {
            if attempt.isMultiple(of: 2), let then = schema["then"] {
                parts += [condition, then]
            } else if let otherwise = schema["else"] {
                parts.append(otherwise)
            }
        }
        for part in parts where hasRoom {
            let other = flattened(part, depth: depth + 1, attempt: attempt)
            work += SchemaMerge.cost(flat) + SchemaMerge.cost(other)
            flat = SchemaMerge.merged(flat, other)
        }
        return flat
    }

    /// One of several alternatives: any that allows more than null, and deep down the one that
    /// comes to an end soonest.
    private mutating func option(_ options: [JSON], depth: Int, attempt: Int) -> JSON? {
        guard !options.isEmpty else { return nil }
        guard isFull(depth) else {
            var known: [Int] = []
            for option in options { known.append(heights.height(option)) }
            let order = options.indices.sorted { (known[$0], $0) < (known[$1], $1) }
            return options[order[attempt % options.count]]
        }
        let some = options.filter { $0["type"] != "null" }
        // In the end null is tried too.
        let pool = some.isEmpty || attempt >= Self.tries / 2 ? options : some
        return pool[(draws.below(pool.count) + attempt) % pool.count]
    }

    /// The draw of a number below a bound.
    mutating func below(_ bound: Int) -> Int { draws.below(bound) }
}
