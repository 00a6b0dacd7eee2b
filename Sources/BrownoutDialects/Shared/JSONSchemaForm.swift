import BrownoutJSON

/// Whether a JSON value has the form of a JSON Schema of draft 2020-12: what the draft's
/// metaschema says of each keyword. Keywords that it does not know are let through, as it does.
enum JSONSchemaForm {
    static func isValid(_ schema: JSON) -> Bool {
        switch schema {
        case .bool: true
        case .object(let members): members.allSatisfy { isValid($0.value, of: $0.key) }
        default: false
        }
    }

    private static let types = [
        "array", "boolean", "integer", "null", "number", "object", "string",
    ]

    private static func isValid(_ value: JSON, of keyword: String) -> Bool {
        switch keyword {
        case "type": isType(value)
        case "title", "description", "format", "pattern", "contentEncoding", "contentMediaType",
            "$id", "$schema", "$ref", "$anchor", "$dynamicRef", "$dynamicAnchor", "$comment":
            value.stringValue != nil
        case "properties", "patternProperties", "$defs", "definitions", "dependentSchemas":
            members(value) { isValid($0) }
        case "required": areNames(value)
        case "items", "contains", "additionalProperties", "propertyNames", "not", "if", "then",
            "else", "unevaluatedItems", "unevaluatedProperties", "contentSchema":
            isValid(value)
        case "prefixItems", "allOf", "anyOf", "oneOf":
            items(value) { isValid($0) } && value != .array([])
        case "dependencies": members(value) { isValid($0) || areNames($0) }
        case "dependentRequired": members(value, areNames)
        case "enum", "examples": value.arrayValue != nil
        case "minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties",
            "minContains", "maxContains":
            value.intValue.map { $0 >= 0 } ?? false
        case "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum":
            if case .number = value { true } else { false }
        case "multipleOf": value.doubleValue.map { $0 > 0 } ?? false
        case "uniqueItems", "deprecated", "readOnly", "writeOnly": value.boolValue != nil
        case "$vocabulary": members(value) { $0.boolValue != nil }
        default: true
        }
    }

    private static func isType(_ value: JSON) -> Bool {
        switch value {
        case .string(let word): types.contains(word)
        case .array(let words): !words.isEmpty && areNames(value, among: types)
        default: false
        }
    }

    /// Texts of which none comes twice.
    private static func areNames(_ value: JSON) -> Bool { areNames(value, among: nil) }

    private static func areNames(_ value: JSON, among words: [String]?) -> Bool {
        guard case .array(let items) = value else { return false }
        var seen: Set<String> = []
        return items.allSatisfy { item in
            guard case .string(let name) = item, words?.contains(name) ?? true else {
                return false
            }
            return seen.insert(name).inserted
        }
    }

    private static func members(_ value: JSON, _ holds: (JSON) -> Bool) -> Bool {
        guard case .object(let members) = value else { return false }
        return members.allSatisfy { holds($0.value) }
    }

    private static func items(_ value: JSON, _ holds: (JSON) -> Bool) -> Bool {
        guard case .array(let items) = value else { return false }
        return items.allSatisfy(holds)
    }
}
