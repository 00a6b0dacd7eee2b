import BrownoutJSON

/// The events of a JSON text, as ``YAMLEvents`` has those of YAML.
///
/// YAML takes most of JSON, but not all: it knows no surrogate pairs, folds lines at U+0085,
/// U+2028 and U+2029, and refuses U+007F. So what is JSON is read as JSON, with the places it has.
struct JSONEvents {
    private let bytes: [UInt8]
    private var position = 0
    /// Scalars before `position`.
    private var scalars = 0
    /// What is open, the innermost last: true for an object.
    private var open: [Bool] = []
    private var isBegun = false
    private var hasRoot = false

    /// Nil for a text that does not begin with `{`, or is no JSON.
    init?(_ bytes: [UInt8]) {
        let first = bytes.first { !JSONEvents.isSpace($0) }
        guard first == UInt8(ascii: "{"), (try? JSON.parse(bytes)) != nil else { return nil }
        self.bytes = bytes
    }

    /// The next event; ``YAMLEvent/Kind/streamEnd`` again and again at the end.
    mutating func next() -> YAMLEvent {
        if !isBegun {
            isBegun = true
            return event(.documentStart)
        }
        skip { JSONEvents.isSpace($0) || $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: ":") }
        guard position < bytes.count, !(hasRoot && open.isEmpty) else { return event(.streamEnd) }
        hasRoot = true
        switch bytes[position] {
        case UInt8(ascii: "{"):
            open.append(true)
            return mark(.mappingStart(flow: true))
        case UInt8(ascii: "["):
            open.append(false)
            return mark(.sequenceStart)
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
            return mark(open.popLast() == true ? .mappingEnd : .sequenceEnd)
        case UInt8(ascii: "\""):
            return string()
        default:
            let (start, from) = (scalars, position)
            skip { !JSONEvents.isSpace($0) && !",]}".utf8.contains($0) }
            let text = String(decoding: bytes[from..<position], as: UTF8.self)
            return event(.scalar(text, .plain), from: start)
        }
    }

    private mutating func string() -> YAMLEvent {
        let (start, from) = (scalars, position)
        advance()
        while bytes[position] != UInt8(ascii: "\"") {
            if bytes[position] == UInt8(ascii: "\\") { advance() }
            advance()
        }
        advance()
        let text = (try? JSON.parse(Array(bytes[from..<position])))?.stringValue
        return event(.scalar(text ?? "", .quoted), from: start)
    }

    /// An event that is one byte.
    private mutating func mark(_ kind: YAMLEvent.Kind) -> YAMLEvent {
        let start = scalars
        advance()
        return event(kind, from: start)
    }

    private func event(_ kind: YAMLEvent.Kind, from start: Int? = nil) -> YAMLEvent {
        YAMLEvent(kind: kind, start: start ?? scalars, end: scalars)
    }

    private mutating func skip(while passes: (UInt8) -> Bool) {
        while position < bytes.count, passes(bytes[position]) { advance() }
    }

    private mutating func advance() {
        position += 1
        // The bytes of a scalar behind its first one are no scalars.
        if position >= bytes.count || bytes[position] & 0xC0 != 0x80 { scalars += 1 }
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }
}
