import BrownoutJSON

// Checks of words, names and shapes.
extension AnthropicField {
    static func extra(_ name: String) -> ProviderError {
        refusal(String(name.prefix(200)), "Extra inputs are not permitted")
    }

    static func notAnObject(_ name: String) -> ProviderError {
        refusal(name, "Input should be a valid dictionary or object")
    }

    /// An object whose keys are all among some.
    static func object(
        _ value: JSON?, _ name: String, keys: [String]? = nil
    ) throws(ProviderError) {
        guard let value else { throw missing(name) }
        guard case .object(let members) = value else { throw notAnObject(name) }
        guard let keys else { return }
        for member in members where !keys.contains(member.key) {
            throw extra("\(name).\(member.key)")
        }
    }

    /// One of some words.
    static func word(
        _ value: JSON?, _ name: String, _ words: [String]
    ) throws(ProviderError) {
        guard let value else { throw missing(name) }
        if case .string(let text) = value, words.contains(text) { return }
        throw refusal(name, "Input should be \(listed(words))")
    }

    /// `'a'`, `'a' or 'b'`, `'a', 'b' or 'c'`, as pydantic lists them.
    static func listed(_ words: [String]) -> String {
        let quoted = words.map { "'\($0)'" }
        guard let last = quoted.last, quoted.count > 1 else { return quoted.joined() }
        return quoted.dropLast().joined(separator: ", ") + " or " + last
    }

    /// The `type` of a value that may be of several, each with fields of its own.
    static func tag(
        _ value: JSON?, _ name: String, among tags: [String]
    ) throws(ProviderError) -> String {
        try object(value, name)
        guard let type = value?["type"] else { throw missing(name + ".type") }
        let text = try string(type, name + ".type")
        if tags.contains(text) { return text }
        throw refusal(
            name,
            "Input tag '\(text.prefix(100))' found using 'type' does not match any of the "
                + "expected tags: \(tags.map { "'\($0)'" }.joined(separator: ", "))")
    }

    /// A name of so many letters, digits, underscores and hyphens; of any number with nil.
    static func name(
        _ value: JSON?, _ place: String, atMost limit: Int? = nil
    ) throws(ProviderError) -> String {
        let text = try string(value, place)
        let isName =
            !text.isEmpty && text.utf8.count <= limit ?? .max
            && text.utf8.allSatisfy { byte in
                Alphabet.value(of: byte) != nil || byte == UInt8(ascii: "_")
                    || byte == UInt8(ascii: "-")
            }
        if isName { return text }
        let count = limit.map { "{1,\($0)}" } ?? "+"
        throw refusal(place, "String should match pattern '^[a-zA-Z0-9_-]\(count)$'")
    }
}
