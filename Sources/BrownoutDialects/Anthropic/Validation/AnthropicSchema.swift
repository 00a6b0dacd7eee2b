import BrownoutJSON

/// Whether Anthropic takes a JSON Schema. Any has to be one of the draft that it names; one that
/// the answer is held to (a strict tool's, an output format's) has to say of each object that it
/// has no further properties, and may not have the bounds that its guide to structured outputs
/// excludes (earendil-works/pi#9953, agentjido/req_llm#302).
enum AnthropicSchema {
    private static let draft =
        "JSON schema is invalid. It must match JSON Schema draft 2020-12 "
        + "(https://json-schema.org/draft/2020-12)."

    /// Checks the schema of a tool's input at `place.input_schema`.
    static func check(
        tool schema: JSON, isStrict: Bool, _ place: String
    ) throws(ProviderError) {
        guard JSONSchemaForm.isValid(schema) else {
            throw AnthropicField.refusal(
                place + ".input_schema",
                draft + " Learn more about tool use at https://docs.claude.com/en/docs/tool-use.")
        }
        if isStrict, let problem = problem(schema) { throw AnthropicField.refusal(place, problem) }
    }

    /// Checks the schema of an output format.
    static func check(format schema: JSON, _ place: String) throws(ProviderError) {
        guard JSONSchemaForm.isValid(schema) else { throw AnthropicField.refusal(place, draft) }
        let saysWhat = ["type", "anyOf", "oneOf", "allOf", "$ref", "enum", "const"].contains {
            schema[$0] != nil
        }
        guard saysWhat else {
            throw AnthropicField.refusal(
                place, "Schema must have a 'type', 'anyOf', 'oneOf', 'allOf' or '$ref' field")
        }
        if let problem = problem(schema) { throw AnthropicField.refusal(place, problem) }
    }

    private static let bounds: [(type: String, keywords: [String])] = [
        (
            "integer",
            ["exclusiveMaximum", "exclusiveMinimum", "maximum", "minimum", "multipleOf"]
        ),
        (
            "number",
            ["exclusiveMaximum", "exclusiveMinimum", "maximum", "minimum", "multipleOf"]
        ),
        ("string", ["maxLength", "minLength"]),
        ("array", ["maxItems", "uniqueItems"]),
    ]

    /// The first problem of a schema that an answer is held to.
    private static func problem(_ schema: JSON) -> String? {
        guard case .object(let members) = schema else { return nil }
        if hasType("object", schema), schema["additionalProperties"] != .bool(false) {
            return "For 'object' type, 'additionalProperties' must be explicitly set to false"
        }
        for (type, keywords) in bounds where hasType(type, schema) {
            let found = keywords.filter { schema[$0] != nil }
            if found.count == 1 {
                return "For '\(type)' type, property '\(found[0])' is not supported"
            }
            if !found.isEmpty {
                let names = found.joined(separator: ", ")
                return "For '\(type)' type, properties \(names) are not supported"
            }
        }
        if hasType("array", schema), let least = schema["minItems"]?.intValue, least > 1 {
            return "For 'array' type, 'minItems' values other than 0 or 1 are not supported"
        }
        for member in members {
            if let problem = problem(under: member) { return problem }
        }
        return nil
    }

    private static func problem(under member: JSONMember) -> String? {
        switch (member.key, member.value) {
        case ("properties", .object(let parts)), ("$defs", .object(let parts)),
            ("definitions", .object(let parts)):
            parts.lazy.compactMap { problem($0.value) }.first
        case ("items", let part): problem(part)
        case ("prefixItems", .array(let parts)), ("anyOf", .array(let parts)),
            ("oneOf", .array(let parts)), ("allOf", .array(let parts)):
            parts.lazy.compactMap { problem($0) }.first
        default: nil
        }
    }

    private static func hasType(_ type: String, _ schema: JSON) -> Bool {
        switch schema["type"] {
        case .string(let word)?: word == type
        case .array(let words)?: words.contains(.string(type))
        default: false
        }
    }
}
