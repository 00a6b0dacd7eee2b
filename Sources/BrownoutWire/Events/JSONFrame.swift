/// What stands where in an element of a JSON array (RFC 8259, 5), taken together with the sign
/// before it and, behind the last one, the end of the array.
struct JSONFrame {
    /// Where the `[` or `,` stands; nil where there is none.
    var separator: Int?
    var value: Range<Int>
    /// Where the end of the array stands, or the end of the bytes.
    var end: Int

    /// Nil for bytes that hold no whole value.
    init?(element bytes: [UInt8]) {
        guard var start = bytes.firstIndex(where: { !Self.isSpace($0) }) else { return nil }
        if bytes[start] == UInt8(ascii: "[") || bytes[start] == UInt8(ascii: ",") {
            separator = start
            start += 1
        }
        while start < bytes.count, Self.isSpace(bytes[start]) { start += 1 }
        var scan = JSONValueScan()
        var end = start
        scanning: while end < bytes.count {
            switch scan.take(bytes[end]) {
            case .inside: end += 1
            case .last:
                end += 1
                break scanning
            case .behind: break scanning
            }
        }
        // A number ends with its bytes.
        if end == start || scan.isOpen { return nil }
        value = start..<end
        self.end = bytes[end...].firstIndex(of: UInt8(ascii: "]")) ?? bytes.count
    }

    /// Where the bytes of a line stand without the spaces around them; nil where it has no others.
    static func trimmed(_ bytes: [UInt8]) -> Range<Int>? {
        guard let start = bytes.firstIndex(where: { !isSpace($0) }),
            let last = bytes.lastIndex(where: { !isSpace($0) })
        else { return nil }
        return start..<last + 1
    }

    /// White space (RFC 8259, 2).
    static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }
}

/// Finds the end of a JSON value, byte by byte.
struct JSONValueScan: Equatable {
    enum Place {
        /// The value goes on behind the byte.
        case inside
        /// The byte is the value's last.
        case last
        /// The value was over before the byte, as a number is.
        case behind
    }

    /// Objects and lists that are open.
    private var depth = 0
    private var isInString = false
    private var isEscaped = false

    /// Whether what was taken is no whole value yet.
    var isOpen: Bool { depth > 0 || isInString }

    mutating func take(_ byte: UInt8) -> Place {
        if isInString {
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                isInString = false
                return depth == 0 ? .last : .inside
            }
            return .inside
        }
        switch byte {
        case UInt8(ascii: "\""): isInString = true
        case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
            if depth == 0 { return .behind }
            depth -= 1
            return depth == 0 ? .last : .inside
        case UInt8(ascii: ","), 0x20, 0x0A, 0x0D, 0x09: return depth == 0 ? .behind : .inside
        default: break
        }
        return .inside
    }
}
