import BrownoutJSON

/// Keywords that a client wrote into a description, because the provider's grammar does not take
/// them: Anthropic's SDKs turn `{"type": "integer", "minimum": 1}` into a description that ends
/// with `{minimum: 1}` (`transform_schema` of anthropic-python). A model would read it.
enum SchemaRemarks {
    private static let numeric = [
        "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength",
        "maxLength", "minItems", "maxItems", "minProperties", "maxProperties",
    ]

    /// Characters at the end of a description that are looked at.
    static let longest = 2_000

    /// The schema with the keywords of its description, as far as it has none of their names.
    static func read(_ schema: JSON) -> JSON {
        guard case .object(var members) = schema,
            let description = schema["description"]?.stringValue, description.hasSuffix("}"),
            let list = list(in: description)
        else { return schema }
        for (name, value) in pairs(list.dropFirst().dropLast())
        where !members.contains(where: { $0.key == name }) {
            if let value = keyword(name, value) { members.append(JSONMember(name, value)) }
        }
        return .object(members)
    }

    /// The list at the end of a text: all of it, or what follows an empty line.
    private static func list(in text: String) -> Substring? {
        let end = text.suffix(longest)
        if text.hasPrefix("{") { return end.startIndex == text.startIndex ? end : nil }
        var index = end.endIndex
        while index > end.startIndex {
            index = end.index(before: index)
            if end[index...].hasPrefix("\n\n{") { return end[index...].dropFirst(2) }
        }
        return nil
    }

    /// `minimum: 1, maximum: 10` as pairs; a comma within a value, as patterns have it, is none
    /// that a name follows.
    private static func pairs(_ list: Substring) -> [(String, Substring)] {
        var pairs: [(String, Substring)] = []
        var rest = list
        while let name = name(at: rest) {
            rest = rest.dropFirst(name.count + 2)
            var end = rest.startIndex
            while end < rest.endIndex {
                if rest[end...].hasPrefix(", "), self.name(at: rest[end...].dropFirst(2)) != nil {
                    break
                }
                end = rest.index(after: end)
            }
            pairs.append((String(name), rest[..<end]))
            rest = rest[end...].dropFirst(2)
        }
        return pairs
    }

    /// The name of a pair that begins here.
    private static func name(at text: Substring) -> Substring? {
        let name = text.prefix { $0.isASCII && $0.isLetter }
        return !name.isEmpty && text.dropFirst(name.count).hasPrefix(": ") ? name : nil
    }

    /// A value as Python writes it.
    private static func keyword(_ name: String, _ text: Substring) -> JSON? {
        if name == "pattern" || name == "format" { return .string(String(text)) }
        if name == "uniqueItems" { return .bool(text == "True") }
        guard numeric.contains(name), let value = Double(text), value.isFinite else { return nil }
        return .number(JSONNumber(text: String(text)))
    }
}
