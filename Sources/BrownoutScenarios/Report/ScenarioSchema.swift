package import BrownoutJSON

/// The scenario language as JSON Schema (draft 2020-12), for editors. It is made from the tables
/// that the loader checks with. It holds keys, forms and words; sums, order and names that must
/// exist are the loader's alone.
package enum ScenarioSchema {
    /// The whole schema, an object; `brownout schema` prints it.
    package static var json: JSON {
        var members = [
            JSONMember("$schema", "https://json-schema.org/draft/2020-12/schema"),
            JSONMember("title", "Brownout scenario"),
        ]
        members += mapping(.scenario)
        let mappings = MappingKind.allCases.filter { $0 != .scenario }.map {
            JSONMember($0.rawValue, .object(mapping($0)))
        }
        let grammars = Grammar.allCases.map { JSONMember($0.definition, grammar($0)) }
        members.append(JSONMember("$defs", .object(mappings + grammars)))
        return .object(members)
    }

    private static func mapping(_ kind: MappingKind) -> [JSONMember] {
        let table = kind.table
        var members = [
            JSONMember("description", .string(table.summary)),
            JSONMember("type", "object"),
            JSONMember(
                "properties",
                .object(
                    table.keys.map { key in
                        JSONMember(
                            key.name,
                            .object(
                                [JSONMember("description", .string(key.summary))]
                                    + shape(key.shape)))
                    })),
            JSONMember("additionalProperties", false),
        ]
        let required = table.keys.filter(\.isRequired).map(\.name)
        if !required.isEmpty {
            members.append(JSONMember("required", .array(required.map { .string($0) })))
        }
        if !table.needsOneOf.isEmpty {
            let choices: [JSON] = table.needsOneOf.map { ["required": [.string($0)]] }
            members.append(JSONMember("anyOf", .array(choices)))
        }
        return members
    }

    private static func shape(_ shape: ValueShape) -> [JSONMember] {
        switch shape {
        case .text, .glob:
            // A scalar is taken as it is written, so a plain 4 or true is text as well.
            return [JSONMember("type", ["string", "number", "boolean"])]
        case .address: return [JSONMember("type", "string")]
        case .country:
            return [JSONMember("type", "string"), JSONMember("pattern", "^[A-Z]{2}$")]
        case .boolean: return [JSONMember("type", "boolean")]
        case .integer(let least):
            return [
                JSONMember("type", "integer"),
                JSONMember("minimum", .number(JSONNumber(text: String(least)))),
            ]
        case .word(let words):
            return [JSONMember("enum", .array(words.map { .string($0) }))]
        case .grammar(let grammar):
            return [JSONMember("$ref", .string("#/$defs/\(grammar.definition)"))]
        case .mapping(let kind):
            return [JSONMember("$ref", .string("#/$defs/\(kind.rawValue)"))]
        case .record(let key, let value):
            return [
                JSONMember("type", "object"),
                JSONMember("propertyNames", ["pattern": .string("^(\(key))$")]),
                JSONMember("additionalProperties", .object(self.shape(value))),
            ]
        case .anyMapping: return [JSONMember("type", "object")]
        case .anything: return []
        case .list(let element, let least):
            var members = [
                JSONMember("type", "array"), JSONMember("items", .object(self.shape(element))),
            ]
            if least > 0 { members.append(JSONMember("minItems", .number(JSONNumber(least)))) }
            return members
        case .either(let shapes):
            return [JSONMember("anyOf", .array(shapes.map { .object(self.shape($0)) }))]
        }
    }

    private static func grammar(_ grammar: Grammar) -> JSON {
        let text: JSON = ["type": "string", "pattern": .string(grammar.pattern)]
        var members = [
            JSONMember("description", .string(grammar.summary)),
            JSONMember("examples", .array(grammar.examples.map { .string($0) })),
        ]
        // Plain numbers, which an editor reads as such.
        switch grammar {
        case .chance:
            let number: JSON = ["type": "number", "minimum": 0, "maximum": 1]
            members.append(JSONMember("anyOf", [number, text]))
        case .count:
            let number: JSON = ["type": "integer", "minimum": 1]
            members.append(JSONMember("anyOf", [number, text]))
        case .rounds:
            members.append(
                JSONMember(
                    "anyOf", [["type": "boolean"], ["type": "integer", "minimum": 1], text]))
        case .duration, .latency, .during, .position, .clock, .ramp, .rate, .byteRate,
            .replayPace, .countComparison, .amountComparison, .numberComparison, .shareComparison,
            .timeComparison, .within, .moneyComparison:
            members += text.objectValue ?? []
        }
        return .object(members)
    }
}

extension Grammar {
    /// The name under `$defs`, apart from those of mappings.
    fileprivate var definition: String { "\(rawValue)-value" }
}
