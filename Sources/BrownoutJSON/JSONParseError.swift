/// Where and why a text is not JSON.
package struct JSONParseError: Error, Equatable, Sendable {
    /// What is wrong, for those who have words of their own for it.
    package enum Reason: Equatable, Sendable {
        /// The text ends too early.
        case end
        /// Something follows the value.
        case content
        case value
        case key
        case colon
        /// A comma or the end of the object should be here.
        case member
        /// A comma or the end of the array should be here.
        case item
        case trailingComma
        /// It begins like this word.
        case literal(String)
        /// A digit should follow a number's sign, point or exponent.
        case sign
        case fraction
        case exponent
        case leadingZero
        /// An unescaped control character in a string.
        case control
        case escape
        /// Of the second half of a surrogate pair.
        case secondEscape
        /// One half of a surrogate pair: a high one alone, a high one behind a high one, a low one.
        case highSurrogate
        case twoHighSurrogates
        case lowSurrogate
        case encoding
        case depth
    }

    /// A place as people and providers count it.
    package struct Place: Equatable, Sendable {
        /// From 1.
        package var line: Int
        /// From 1, in characters since the last line feed.
        package var column: Int
        /// Characters before it.
        package var character: Int

        /// The beginning of a text.
        package static let start = Place(line: 1, column: 1, character: 0)
    }

    /// Bytes before the offending one.
    package var offset: Int
    /// What is wrong, for people: `a value should be here`.
    package var message: String
    /// The same for dialects, which say it in the words of their provider's JSON parser.
    package var reason: Reason
    /// Bytes before that of which the offending byte is a part: an escape, a number, a word.
    package var start: Int
    /// Where ``start`` is; only ``JSON/read(_:depthLimit:)`` counts it.
    package var place = Place.start
    /// The text is not UTF-8.
    package var isMisencoded = false
    /// The text has no bytes but white space.
    package var isBlank = false
    /// The text begins with U+FEFF.
    package var hasByteOrderMark = false

    init(offset: Int, message: String, reason: Reason, start: Int) {
        self.offset = offset
        self.message = message
        self.reason = reason
        self.start = start
    }

    /// The error with its place in the text, and what is wrong with the whole of that.
    func placed(in text: UnsafeBufferPointer<UInt8>) -> JSONParseError {
        var error = self
        error.isMisencoded = String(validating: text, as: UTF8.self) == nil
        error.hasByteOrderMark = text.starts(with: [0xEF, 0xBB, 0xBF])
        error.isBlank = text.allSatisfy { [0x20, 0x0A, 0x0D, 0x09].contains($0) }
        var place = Place.start
        for byte in text[..<min(start, text.count)] where byte & 0xC0 != 0x80 {
            place.character += 1
            place.column += 1
            if byte == UInt8(ascii: "\n") {
                place.line += 1
                place.column = 1
            }
        }
        error.place = place
        return error
    }
}
