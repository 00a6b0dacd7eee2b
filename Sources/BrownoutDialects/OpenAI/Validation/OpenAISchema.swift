import BrownoutJSON

/// Whether OpenAI takes a JSON Schema: of any, a little is asked, and of a strict one what its
/// guide to structured outputs says. Problems come in OpenAI's words.
struct OpenAISchema {
    /// Keywords that a strict schema may not have.
    private static let refused = [
        "allOf", "oneOf", "not", "if", "then", "else", "dependentRequired", "dependentSchemas",
        "patternProperties", "unevaluatedProperties", "propertyNames",
    ]

    private let isStrict: Bool
    private let needsItems: Bool
    private var path: [String] = []

    /// What is wrong with a schema, if anything is. `needsItems`: an array must say what it is
    /// of, as it must in a function's schema even where that is not strict.
    static func problem(_ schema: JSON, isStrict: Bool, needsItems: Bool) -> String? {
        if let type = schema["type"], type != "object" {
            let name = type.stringValue ?? type.text
            return "schema must be a JSON Schema of 'type: \"object\"', got 'type: "
                + "\"\(name.prefix(100))\"'."
        }
        if isStrict, schema["type"] == nil {
            return "schema must be a JSON Schema of 'type: \"object\"', got 'type: \"None\"'."
        }
        var check = OpenAISchema(isStrict: isStrict, needsItems: needsItems)
        return check.problem(in: schema)
    }

    private init(isStrict: Bool, needsItems: Bool) {
        self.isStrict = isStrict
        self.needsItems = needsItems
    }

    private mutating func problem(in schema: JSON) -> String? {
        guard case .object(let members) = schema else { return nil }
        if isStrict, let problem = strictProblem(schema, members) { return found(problem) }
        if needsItems, schema["type"] == "array", schema["items"] == nil,
            schema["prefixItems"] == nil
        {
            return found("array schema missing items.")
        }
        for member in members {
            switch (member.key, member.value) {
            case ("properties", .object(let parts)), ("$defs", .object(let parts)),
                ("definitions", .object(let parts)):
                for part in parts {
                    if let problem = problem(in: part.value, at: [member.key, part.key]) {
                        return problem
                    }
                }
            case ("items", .object):
                if let problem = problem(in: member.value, at: ["items"]) { return problem }
            case ("anyOf", .array(let choices)):
                for (index, choice) in choices.enumerated() {
                    if let problem = problem(in: choice, at: ["anyOf", String(index)]) {
                        return problem
                    }
                }
            default: break
            }
        }
        return nil
    }

    private mutating func problem(in schema: JSON, at place: [String]) -> String? {
        path += place
        defer { path.removeLast(place.count) }
        return problem(in: schema)
    }

    private func strictProblem(_ schema: JSON, _ members: [JSONMember]) -> String? {
        for member in members where Self.refused.contains(member.key) {
            return "'\(member.key)' is not permitted."
        }
        let isTyped = ["type", "anyOf", "$ref", "enum", "const"].contains { schema[$0] != nil }
        if !isTyped { return "schema must have a 'type' key." }
        let isObject = schema["type"] == "object" || schema["properties"] != nil
        guard isObject else { return nil }
        if schema["additionalProperties"] != .bool(false) {
            return "'additionalProperties' is required to be supplied and to be false."
        }
        let keys = schema["properties"]?.objectValue?.map(\.key) ?? []
        let required = schema["required"]?.arrayValue?.compactMap(\.stringValue)
        // A schema may have very many, so they are looked up.
        let (known, needed) = (Set(keys), Set(required ?? []))
        let rule =
            "'required' is required to be supplied and to be an array including every key in "
            + "properties."
        guard let required else { return keys.first.map { "\(rule) Missing '\($0)'." } }
        if let missing = keys.first(where: { !needed.contains($0) }) {
            return "\(rule) Missing '\(missing)'."
        }
        if let extra = required.first(where: { !known.contains($0) }) {
            return "\(rule) Extra required key '\(extra)' supplied."
        }
        return nil
    }

    /// The place as Python writes a tuple, and the problem.
    private func found(_ problem: String) -> String {
        let parts = path.map { "'\($0.prefix(60))'" }
        let inside = parts.joined(separator: ", ") + (parts.count == 1 ? "," : "")
        return "In context=(\(inside)), \(problem)"
    }
}
