import BrownoutJSON

/// What Anthropic says of a body that is not JSON: its parser's words, which are those of yyjson,
/// and the place. Clients look for `unexpected end of data` (UKGovernmentBEIS/inspect_ai#3715) and
/// for lone surrogates (anthropics/claude-code#3277).
enum AnthropicJSON {
    /// The answer to a body without a byte.
    static let empty = refusal("Input is a zero-length, empty document", .start)

    static func refusal(_ error: JSONParseError) -> ProviderError {
        if error.isMisencoded {
            return refusal("str is not valid UTF-8: surrogates not allowed", .start)
        }
        if error.hasByteOrderMark {
            return refusal("UTF-8 byte order mark (BOM) is not supported", .start)
        }
        if error.isBlank { return refusal("input data is empty", .start) }
        return refusal(words(error.reason), error.place)
    }

    private static func refusal(
        _ problem: String, _ place: JSONParseError.Place
    ) -> ProviderError {
        AnthropicField.refusal(
            "The request body is not valid JSON: \(problem): line \(place.line) column "
                + "\(place.column) (char \(place.character))")
    }

    private static func words(_ reason: JSONParseError.Reason) -> String {
        switch reason {
        case .end: "unexpected end of data"
        case .content: "unexpected content after document"
        case .value, .encoding: "unexpected character, expected a JSON value"
        case .key: "unexpected character, expected a string key"
        case .colon: "unexpected character, expected ':' after key"
        case .member: "unexpected character, expected ',' or '}'"
        case .item: "unexpected character, expected ',' or ']'"
        case .trailingComma: "trailing comma is not allowed"
        case .literal(let word): "invalid literal, expected '\(word)'"
        case .sign: "no digit after sign"
        case .fraction: "no digit after decimal point"
        case .exponent: "no digit after exponent sign"
        case .leadingZero: "number with leading zero is not allowed"
        case .control: "unexpected control character in string"
        case .escape: "invalid escaped sequence in string"
        case .secondEscape: "invalid escape in string"
        case .highSurrogate: "no low surrogate in string"
        case .twoHighSurrogates: "invalid low surrogate in string"
        case .lowSurrogate: "invalid high surrogate in string"
        case .depth: "depth limit exceeded"
        }
    }
}
