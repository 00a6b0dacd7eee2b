import BrownoutJSON

// What may stand as a value.
extension ScenarioSchema {
    /// One form of a value: what it says of the JSON types that it has.
    private struct Form {
        var types: [String]
        var members: [JSONMember] = []
        /// What it says is said of these types alone, so it can stand beside other forms.
        var isOfItsTypes = true
    }

    static func shape(_ shape: ValueShape) -> [JSONMember] {
        if case .anything = shape { return [] }
        let forms = forms(of: shape)
        guard forms.count > 1 else {
            let form = forms[0]
            // A reference and a list of words say by themselves which types there are.
            return (form.isOfItsTypes ? [JSONMember("type", types(form.types))] : [])
                + form.members
        }
        return alternatives(forms)
    }

    /// The types of all, and for each type what is said of it.
    private static func alternatives(_ forms: [Form]) -> [JSONMember] {
        var all: [String] = []
        for type in forms.flatMap(\.types) where !all.contains(type) { all.append(type) }
        var members = [JSONMember("type", types(all))]
        members += forms.filter(\.isOfItsTypes).flatMap(\.members)
        var branches: [[JSONMember]] = []
        for type in all {
            let chosen = forms.filter { !$0.isOfItsTypes && $0.types.contains(type) }
            guard let first = chosen.first else { continue }
            branches.append([
                JSONMember("if", ["type": .string(type)]),
                JSONMember("then", .object(chosen.count == 1 ? first.members : byLetter(chosen))),
            ])
        }
        if branches.count == 1 { return members + branches[0] }
        if !branches.isEmpty {
            members.append(JSONMember("allOf", .array(branches.map { .object($0) })))
        }
        return members
    }

    /// A word begins with a letter, and what a grammar beside it reads with a digit.
    private static func byLetter(_ forms: [Form]) -> [JSONMember] {
        let words = forms.first { $0.members.first?.key == "enum" }
        let grammar = forms.first { $0.members.first?.key != "enum" }
        return [
            JSONMember("if", ["pattern": "^[0-9]"]),
            JSONMember("then", .object(grammar?.members ?? [])),
            JSONMember("else", .object(words?.members ?? [])),
        ]
    }

    private static func forms(of shape: ValueShape) -> [Form] {
        switch shape {
        case .text, .glob:
            // A scalar is taken as it is written, so a plain 4 or true is text as well.
            return [Form(types: ["string", "number", "boolean"])]
        case .address: return [Form(types: ["string"])]
        case .country:
            return [Form(types: ["string"], members: [JSONMember("pattern", "^[A-Z]{2}$")])]
        case .boolean: return [Form(types: ["boolean"])]
        case .integer(let least):
            let number = JSON.number(JSONNumber(text: String(least)))
            return [Form(types: ["integer"], members: [JSONMember("minimum", number)])]
        case .word(let words):
            return [
                Form(
                    types: ["string"], members: [JSONMember("enum", self.words(words))],
                    isOfItsTypes: false)
            ]
        case .vocabulary(let vocabulary): return [reference(["string"], vocabulary.definition)]
        case .grammar(let grammar): return [reference(grammar.types, grammar.definition)]
        case .mapping(let kind): return [reference(["object"], kind.rawValue)]
        case .record(let key, let value):
            return [
                Form(
                    types: ["object"],
                    members: [
                        JSONMember("propertyNames", ["pattern": .string("^(\(key))$")]),
                        JSONMember("additionalProperties", .object(self.shape(value))),
                    ])
            ]
        case .anyMapping: return [Form(types: ["object"])]
        case .anything: return [Form(types: [])]
        case .list(let element, let least):
            var members = [JSONMember("items", .object(self.shape(element)))]
            if least > 0 { members.append(JSONMember("minItems", .number(JSONNumber(least)))) }
            return [Form(types: ["array"], members: members)]
        case .either(let shapes): return shapes.flatMap { forms(of: $0) }
        }
    }

    private static func reference(_ types: [String], _ definition: String) -> Form {
        Form(
            types: types, members: [JSONMember("$ref", .string("#/$defs/\(definition)"))],
            isOfItsTypes: false)
    }
}
