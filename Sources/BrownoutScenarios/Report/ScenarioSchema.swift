package import BrownoutJSON

/// The scenario language as JSON Schema (draft 2020-12), for editors. It is made from the tables
/// that the loader checks with. It holds keys, forms and words; sums, order and names that must
/// exist are the loader's alone.
///
/// What a value may be is chosen by its type, and what a mapping may hold by its keys, with `if`
/// and `then`: of a scenario that is wrong, an editor then says which word is, and where. With
/// `anyOf` it could say only that nothing fits.
package enum ScenarioSchema {
    /// The schema's name. It is no address: nothing is fetched from it.
    package static let id = "urn:brownout:scenario"

    /// The whole schema, an object; `brownout schema` prints it.
    package static var json: JSON {
        var members = [
            JSONMember("$schema", "https://json-schema.org/draft/2020-12/schema"),
            JSONMember("$id", .string(id)),
            JSONMember("title", "Brownout scenario"),
        ]
        members += mapping(.scenario)
        let mappings = MappingKind.allCases.filter { $0 != .scenario }.map {
            JSONMember($0.rawValue, .object(mapping($0)))
        }
        let grammars = Grammar.allCases.map { JSONMember($0.definition, .object(grammar($0))) }
        let words = Vocabulary.all.map { JSONMember($0.definition, .object(vocabulary($0))) }
        members.append(JSONMember("$defs", .object(mappings + grammars + words)))
        return .object(members)
    }

    // MARK: Mappings

    private static func mapping(_ kind: MappingKind) -> [JSONMember] {
        let table = kind.table
        var members = [
            JSONMember("description", .string(table.summary)),
            JSONMember("type", "object"),
            JSONMember(
                "properties", .object(table.keys.map { JSONMember($0.name, .object(key($0))) })),
            JSONMember("additionalProperties", false),
        ]
        let required = table.keys.filter(\.isRequired).map(\.name)
        if !required.isEmpty { members.append(JSONMember("required", words(required))) }
        if table.needsOneOf == table.names {
            members.append(JSONMember("minProperties", 1))
        } else if !table.needsOneOf.isEmpty {
            let choices: [JSON] = table.needsOneOf.map { ["required": [.string($0)]] }
            members.append(JSONMember("anyOf", .array(choices)))
        }
        if !table.choices.isEmpty {
            members.append(JSONMember("allOf", .array(table.choices.map { choice($0, of: table) })))
        }
        return members
    }

    private static func key(_ key: KeyTable.Key) -> [JSONMember] {
        var members = [JSONMember("description", .string(key.summary))]
        if let usual = key.usual { members.append(JSONMember("default", usual)) }
        return members + shape(key.shape)
    }

    /// Where the key is there, the keys that can be: an editor underlines the one that cannot.
    private static func choice(_ choice: KeyTable.Choice, of table: KeyTable) -> JSON {
        let allowed = table.names.filter { !choice.excludes.contains($0) }
        var then = [JSONMember("propertyNames", ["enum": words(allowed)])]
        if !choice.needs.isEmpty { then.append(JSONMember("required", words(choice.needs))) }
        return ["if": ["required": [.string(choice.key)]], "then": .object(then)]
    }

    // MARK: Definitions

    private static func vocabulary(_ vocabulary: Vocabulary) -> [JSONMember] {
        [
            JSONMember("enum", words(vocabulary.words)),
            // Editors show them; validators pass over them.
            JSONMember("enumDescriptions", words(vocabulary.meanings)),
        ]
    }

    private static func grammar(_ grammar: Grammar) -> [JSONMember] {
        var members = [
            JSONMember("description", .string(grammar.summary)),
            JSONMember("examples", words(grammar.examples)),
            JSONMember("type", types(grammar.types)),
        ]
        // A bound says nothing of texts, and a pattern nothing of numbers.
        if let least = grammar.least {
            members.append(JSONMember("minimum", .number(JSONNumber(least))))
        }
        if let most = grammar.most {
            members.append(JSONMember("maximum", .number(JSONNumber(most))))
        }
        members.append(JSONMember("pattern", .string(grammar.pattern)))
        // Editors show it in place of the pattern; validators pass over it.
        members.append(
            JSONMember(
                "patternErrorMessage",
                .string("Expected \(grammar.noun): \(grammar.examples.joined(separator: ", ")).")))
        return members
    }

    static func words(_ words: [String]) -> JSON { .array(words.map { .string($0) }) }

    static func types(_ types: [String]) -> JSON {
        types.count == 1 ? .string(types[0]) : words(types)
    }
}

extension Grammar {
    /// The name under `$defs`, apart from those of mappings.
    var definition: String { "\(rawValue)-value" }

    /// The types of JSON it has: besides text the plain numbers and words of YAML.
    var types: [String] {
        switch self {
        case .chance: ["number", "string"]
        case .count: ["integer", "string"]
        case .rounds: ["boolean", "integer", "string"]
        case .duration, .latency, .during, .position, .clock, .ramp, .rate, .byteRate,
            .replayPace, .countComparison, .amountComparison, .numberComparison, .shareComparison,
            .timeComparison, .within, .moneyComparison:
            ["string"]
        }
    }

    /// The bounds of a plain number.
    fileprivate var least: Int? {
        switch self {
        case .chance: 0
        case .count, .rounds: 1
        default: nil
        }
    }

    fileprivate var most: Int? { self == .chance ? 1 : nil }
}

extension Vocabulary {
    /// The name under `$defs`, apart from those of mappings.
    var definition: String { "\(name)-word" }
}
