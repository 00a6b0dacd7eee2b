import BrownoutEngine
import BrownoutJSON

/// JSON Schema (draft 2020-12, as OpenAPI 3.1 has it) as values.
enum Schema {
    static let string: JSON = ["type": "string"]
    static let integer: JSON = ["type": "integer"]
    static let count: JSON = ["type": "integer", "minimum": 0]
    static let number: JSON = ["type": "number"]
    static let boolean: JSON = ["type": "boolean"]
    static let any: JSON = [:]
    static let time: JSON = ["type": "string", "format": "date-time"]
    static let sessionName: JSON = [
        "type": "string", "pattern": .string(SessionName.expression),
    ]

    /// A reference to one of ``Schemas``.
    static func ref(_ name: String) -> JSON {
        ["$ref": .string("#/components/schemas/\(name)")]
    }

    static func list(_ item: JSON) -> JSON { ["type": "array", "items": item] }

    static func nullable(_ schema: JSON) -> JSON {
        if case .string(let type)? = schema["type"], let members = schema.objectValue {
            return .object(
                members.map {
                    $0.key == "type" ? JSONMember("type", [.string(type), "null"]) : $0
                })
        }
        return ["anyOf": [schema, ["type": "null"]]]
    }

    static func word(_ words: [String]) -> JSON { ["type": "string", "enum": .strings(words)] }

    /// An object with these members and no others; all but the optional ones are always there.
    /// An object with at least one of these members; null is as if it were not given.
    static func some(of members: KeyValuePairs<String, JSON>) -> JSON {
        .object(
            (object(members, optional: members.map(\.key)).objectValue ?? [])
                + [JSONMember("minProperties", 1)])
    }

    static func object(
        _ members: KeyValuePairs<String, JSON>, optional: [String] = []
    ) -> JSON {
        let required = members.map(\.key).filter { !optional.contains($0) }
        return .object(
            [
                JSONMember("type", "object"),
                JSONMember(
                    "properties", .object(members.map { JSONMember($0.key, $0.value) })),
                JSONMember("additionalProperties", false),
            ] + (required.isEmpty ? [] : [JSONMember("required", .strings(required))]))
    }
}
