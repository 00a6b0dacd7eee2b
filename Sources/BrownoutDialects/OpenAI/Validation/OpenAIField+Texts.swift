import BrownoutJSON

// Checks of texts, words and shapes.
extension OpenAIField {
    static func object(_ value: JSON?, _ name: String) throws(ProviderError) {
        guard let value else { throw missing(name) }
        guard case .object = value else { throw type(name, "an object", value) }
    }

    /// A text of so many characters at most.
    static func text(_ value: JSON?, _ name: String, atMost limit: Int) throws(ProviderError) {
        let text = try string(value, name)
        if text.utf8.count > limit, text.count > limit { throw tooLong(name, limit, text.count) }
    }

    static func tooLong(_ name: String, _ limit: Int, _ count: Int) -> ProviderError {
        refusal(
            "Invalid '\(name)': string too long. Expected a string with maximum length \(limit), "
                + "but got a string with length \(count) instead.", name,
            "string_above_max_length")
    }

    static func tooMany(_ name: String, _ limit: Int, _ count: Int) -> ProviderError {
        refusal(
            "Invalid '\(name)': array too long. Expected an array with maximum length \(limit), "
                + "but got an array with length \(count) instead.", name,
            "array_above_max_length")
    }

    static func mismatch(_ name: String, _ pattern: String) -> ProviderError {
        refusal(
            "Invalid '\(name)': string does not match pattern. Expected a string that matches the "
                + "pattern '\(pattern)'.", name, "invalid_value")
    }

    /// One of some words.
    static func word(
        _ value: JSON?, _ name: String, of words: [String]
    ) throws(ProviderError) {
        let text = try string(value, name)
        if !words.contains(text) { throw self.value(name, text, of: listed(words)) }
    }

    /// `'a'`, `'a' and 'b'`, `'a', 'b', and 'c'`
    static func listed(_ words: [String]) -> String {
        let quoted = words.map { "'\($0)'" }
        guard let last = quoted.last, quoted.count > 1 else { return quoted.joined() }
        if quoted.count == 2 { return quoted[0] + " and " + last }
        return quoted.dropLast().joined(separator: ", ") + ", and " + last
    }

    /// A name of 1 to 64 letters, digits, underscores and hyphens; dots are let through, which
    /// newer versions of the API allow.
    static func name(_ value: JSON?, _ name: String) throws(ProviderError) -> String {
        let text = try string(value, name)
        if text.utf8.count > 64 { throw tooLong(name, 64, text.count) }
        let isName =
            !text.isEmpty
            && text.utf8.allSatisfy { byte in
                Alphabet.value(of: byte) != nil || byte == UInt8(ascii: "_")
                    || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
            }
        if !isName { throw mismatch(name, "^[a-zA-Z0-9_-]+$") }
        return text
    }
}
