import BrownoutJSON

// JSON as Go writes it: inside of texts `<`, `>`, `&` and the line ends of Unicode are escaped too
// (the documentation of Go's `encoding/json`, `HTMLEscape`).
extension [UInt8] {
    /// The inside of a JSON string.
    mutating func appendGo(escaping text: String) {
        var text = text
        text.withUTF8 { appendGo($0, isText: true) }
    }

    /// A JSON string with its quotes.
    mutating func appendGo(string text: String) {
        append(UInt8(ascii: "\""))
        appendGo(escaping: text)
        append(UInt8(ascii: "\""))
    }

    /// A text that is JSON already.
    mutating func appendGo(json text: String) {
        var text = text
        text.withUTF8 { appendGo($0, isText: false) }
    }

    /// One token inside of a JSON string that is open.
    mutating func appendGo(escaping text: TokenText, token index: Int) {
        let start = index == 0 ? 0 : Int(text.ends[index - 1])
        let end = Int(text.ends[index])
        let done: Void? = text.text.utf8.withContiguousStorageIfAvailable { utf8 in
            appendGo(UnsafeBufferPointer(rebasing: utf8[start..<end]), isText: true)
        }
        if done == nil { appendGo(escaping: String(text.token(index))) }
    }

    private mutating func appendGo(_ utf8: UnsafeBufferPointer<UInt8>, isText: Bool) {
        var clean = 0
        for index in 0..<utf8.count {
            guard let (escape, width) = GoJSON.escape(utf8, at: index) else { continue }
            appendClean(UnsafeBufferPointer(rebasing: utf8[clean..<index]), isText)
            append(contentsOf: UnsafeBufferPointer(start: escape.utf8Start, count: 6))
            clean = index + width
        }
        appendClean(UnsafeBufferPointer(rebasing: utf8[clean...]), isText)
    }

    private mutating func appendClean(_ utf8: UnsafeBufferPointer<UInt8>, _ isText: Bool) {
        if isText { appendJSON(escaping: utf8) } else { append(contentsOf: utf8) }
    }
}

/// What Go escapes besides what JSON asks for.
private enum GoJSON {
    /// The escape of what begins at an index, and how many bytes that has; nil: it needs none.
    @inline(__always)
    static func escape(
        _ utf8: UnsafeBufferPointer<UInt8>, at index: Int
    ) -> (StaticString, width: Int)? {
        switch utf8[index] {
        case UInt8(ascii: "<"): ("\\u003c", 1)
        case UInt8(ascii: ">"): ("\\u003e", 1)
        case UInt8(ascii: "&"): ("\\u0026", 1)
        case 0xE2 where index + 2 < utf8.count && utf8[index + 1] == 0x80:
            switch utf8[index + 2] {
            case 0xA8: ("\\u2028", 3)
            case 0xA9: ("\\u2029", 3)
            default: nil
            }
        default: nil
        }
    }
}

/// Where the tokens of a text went in a body that Go has written.
struct GoSpan: Sendable {
    /// The offset of the text's first byte.
    var start: Int
    var text: TokenText
    /// Whether the text stands inside of a JSON string, or is JSON itself.
    var isEscaped: Bool

    /// Where in the body the tokens of all texts end, in order.
    static func ends(_ spans: [GoSpan]) -> [Int] {
        var ends: [Int] = []
        var token: [UInt8] = []
        for span in spans {
            var offset = span.start
            for index in span.text.ends.indices {
                token.removeAll(keepingCapacity: true)
                let text = String(span.text.token(index))
                if span.isEscaped {
                    token.appendGo(escaping: text)
                } else {
                    token.appendGo(json: text)
                }
                offset += token.count
                ends.append(offset)
            }
        }
        return ends
    }
}
