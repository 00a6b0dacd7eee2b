import BrownoutEngine
import BrownoutJSON

/// Where the tokens of a text went in a body.
struct TokenSpan: Sendable {
    /// The offset of the text's first byte.
    var start: Int
    var text: TokenText
    /// Whether the text stands inside a JSON string.
    var isEscaped: Bool

    /// Where in the body the tokens of all texts end, in order.
    static func ends(_ spans: [TokenSpan]) -> [Int] {
        var ends: [Int] = []
        for span in spans {
            var offset = span.start
            var token = 0
            for (index, byte) in span.text.text.utf8.enumerated() {
                offset += span.isEscaped ? [UInt8].escapedWidth(of: byte) : 1
                if index + 1 == span.text.ends[token] {
                    ends.append(offset)
                    token += 1
                }
            }
        }
        return ends
    }
}

extension [UInt8] {
    /// How many bytes a byte of a text takes inside a JSON string.
    static func escapedWidth(of byte: UInt8) -> Int {
        switch byte {
        case 0x22, 0x5C, 0x0A, 0x0D, 0x09, 0x08, 0x0C: 2
        case 0..<0x20: 6
        default: 1
        }
    }

    /// Appends the text inside a JSON string that is already open, and notes its place.
    mutating func appendJSON(escaping text: TokenText, noting spans: inout [TokenSpan]) {
        spans.append(TokenSpan(start: count, text: text, isEscaped: true))
        appendJSON(escaping: text.text)
    }

    /// Appends one token inside a JSON string that is already open.
    mutating func appendJSON(escaping text: TokenText, token index: Int) {
        let start = index == 0 ? 0 : Int(text.ends[index - 1])
        let end = Int(text.ends[index])
        let done: Void? = text.text.utf8.withContiguousStorageIfAvailable { utf8 in
            appendJSON(escaping: UnsafeBufferPointer(rebasing: utf8[start..<end]))
        }
        if done == nil { appendJSON(escaping: String(text.token(index))) }
    }
}
