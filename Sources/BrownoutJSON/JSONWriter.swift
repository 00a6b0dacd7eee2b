/// Appends JSON text to bytes, members in the order of the calls.
///
/// The writer only places commas; that a document is well-formed is the caller's affair, because
/// broken JSON is one of the things Brownout sends.
package struct JSONWriter: Sendable {
    /// The text so far, as UTF-8.
    package var bytes: [UInt8]
    private var needsComma = false

    /// A writer with nothing written, and room for so many bytes before it has to grow.
    package init(reservingCapacity capacity: Int = 512) {
        bytes = []
        bytes.reserveCapacity(capacity)
    }

    /// Goes on writing at the end of `bytes`.
    package init(appendingTo bytes: consuming [UInt8]) {
        self.bytes = bytes
    }

    /// Writes `{`; names and values follow until ``endObject()``.
    package mutating func beginObject() {
        separate()
        bytes.append(UInt8(ascii: "{"))
        needsComma = false
    }

    /// Writes `}` for the object that was begun last.
    package mutating func endObject() {
        bytes.append(UInt8(ascii: "}"))
        needsComma = true
    }

    /// Writes `[`; values follow until ``endArray()``.
    package mutating func beginArray() {
        separate()
        bytes.append(UInt8(ascii: "["))
        needsComma = false
    }

    /// Writes `]` for the array that was begun last.
    package mutating func endArray() {
        bytes.append(UInt8(ascii: "]"))
        needsComma = true
    }

    /// A member's name, which needs no escapes; its value is the next thing written.
    package mutating func key(_ name: StaticString) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        bytes.append(text: name)
        bytes.append(text: "\":")
        needsComma = false
    }

    /// The same for a name that is only known at run time.
    @_disfavoredOverload
    package mutating func key(_ name: String) {
        separate()
        bytes.appendJSON(string: name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// Writes a string in quotes, with the escapes that JSON requires.
    package mutating func string(_ value: String) {
        separate()
        bytes.appendJSON(string: value)
        needsComma = true
    }

    /// Writes a number in decimal digits.
    package mutating func int(_ value: Int) {
        separate()
        bytes.append(decimal: value)
        needsComma = true
    }

    /// Writes `true` or `false`.
    package mutating func bool(_ value: Bool) {
        separate()
        bytes.append(text: value ? "true" : "false")
        needsComma = true
    }

    /// Writes `null`.
    package mutating func null() {
        separate()
        bytes.append(text: "null")
        needsComma = true
    }

    /// Writes a value of any kind as compact JSON.
    package mutating func value(_ value: JSON) {
        separate()
        bytes.appendJSON(value)
        needsComma = true
    }

    /// Text that is JSON already, or is meant not to be.
    package mutating func raw(_ text: String) {
        separate()
        bytes.append(text: text)
        needsComma = true
    }

    /// Writes a number of millionths as a decimal number, without zeros at its end: `1.25`; nil is
    /// written as `null`.
    package mutating func millionths(_ value: Int64?) {
        guard let value else { return null() }
        separate()
        bytes.append(millionths: value)
        needsComma = true
    }

    /// Writes a member that is a string; nil is written as `null`.
    package mutating func field(_ name: StaticString, _ value: String?) {
        key(name)
        if let value { string(value) } else { null() }
    }

    /// Writes a member that is a number; nil is written as `null`.
    package mutating func field(_ name: StaticString, _ value: Int?) {
        key(name)
        if let value { int(value) } else { null() }
    }

    /// Writes a member that is `true` or `false`.
    package mutating func field(_ name: StaticString, _ value: Bool) {
        key(name)
        bool(value)
    }

    /// Writes a member of any kind.
    package mutating func field(_ name: StaticString, _ value: JSON) {
        key(name)
        self.value(value)
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
    }
}

extension [UInt8] {
    /// A literal is taken as a `StaticString`, of which nothing has to be made, since the other
    /// one is disfavoured.
    @inlinable
    package mutating func append(text: StaticString) {
        append(utf8: text.utf8Start, text.utf8CodeUnitCount)
    }

    @inline(never) @usableFromInline
    mutating func append(utf8 start: UnsafePointer<UInt8>, _ count: Int) {
        append(contentsOf: UnsafeBufferPointer(start: start, count: count))
    }

    /// Appends the UTF-8 of a text, without quotes or escapes.
    @_disfavoredOverload
    package mutating func append(text: String) {
        let done: Void? = text.utf8.withContiguousStorageIfAvailable { append(contentsOf: $0) }
        if done == nil { append(contentsOf: text.utf8) }
    }

    /// Appends a number in decimal digits, with a sign where it is negative.
    package mutating func append(decimal value: Int) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var magnitude = value.magnitude
            var start = digits.count
            repeat {
                start -= 1
                digits[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: magnitude % 10)
                magnitude /= 10
            } while magnitude > 0
            if value < 0 {
                start -= 1
                digits[start] = UInt8(ascii: "-")
            }
            append(contentsOf: UnsafeBufferPointer(rebasing: digits[start...]))
        }
    }

    /// Appends a number of millionths as a decimal number, without zeros at its end.
    package mutating func append(millionths value: Int64) {
        if value < 0 { append(UInt8(ascii: "-")) }
        var (whole, rest) = value.magnitude.quotientAndRemainder(dividingBy: 1_000_000)
        append(decimal: Int(whole))
        guard rest > 0 else { return }
        append(UInt8(ascii: "."))
        var place: UInt64 = 100_000
        while rest > 0 {
            append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest / place))
            rest %= place
            place /= 10
        }
    }

    /// A JSON string with its quotes; escapes only what JSON requires.
    package mutating func appendJSON(string value: String) {
        append(UInt8(ascii: "\""))
        appendJSON(escaping: value)
        append(UInt8(ascii: "\""))
    }

    /// The inside of a JSON string.
    package mutating func appendJSON(escaping value: String) {
        var value = value
        value.withUTF8 { appendJSON(escaping: $0) }
    }

    /// The inside of a JSON string, from a part of a text's UTF-8.
    package mutating func appendJSON(escaping utf8: UnsafeBufferPointer<UInt8>) {
        var clean = 0
        for index in 0..<utf8.count {
            let byte = utf8[index]
            guard byte < 0x20 || byte == 0x22 || byte == 0x5C else { continue }
            append(contentsOf: UnsafeBufferPointer(rebasing: utf8[clean..<index]))
            appendEscape(of: byte)
            clean = index + 1
        }
        append(contentsOf: UnsafeBufferPointer(rebasing: utf8[clean...]))
    }

    private mutating func appendEscape(of byte: UInt8) {
        append(UInt8(ascii: "\\"))
        switch byte {
        case 0x22, 0x5C: append(byte)
        case 0x0A: append(UInt8(ascii: "n"))
        case 0x0D: append(UInt8(ascii: "r"))
        case 0x09: append(UInt8(ascii: "t"))
        case 0x08: append(UInt8(ascii: "b"))
        case 0x0C: append(UInt8(ascii: "f"))
        default:
            append(text: byte < 0x10 ? "u000" : "u001")
            let low = byte & 0x0F
            append(low < 10 ? UInt8(ascii: "0") + low : UInt8(ascii: "a") + low - 10)
        }
    }

    /// Appends a value as compact JSON.
    package mutating func appendJSON(_ value: JSON) {
        switch value {
        case .null: append(text: "null")
        case .bool(let bool): append(text: bool ? "true" : "false")
        case .number(let number): append(text: number.text)
        case .string(let string): appendJSON(string: string)
        case .array(let items):
            append(UInt8(ascii: "["))
            for (index, item) in items.enumerated() {
                if index > 0 { append(UInt8(ascii: ",")) }
                appendJSON(item)
            }
            append(UInt8(ascii: "]"))
        case .object(let members):
            append(UInt8(ascii: "{"))
            for (index, member) in members.enumerated() {
                if index > 0 { append(UInt8(ascii: ",")) }
                appendJSON(string: member.key)
                append(UInt8(ascii: ":"))
                appendJSON(member.value)
            }
            append(UInt8(ascii: "}"))
        }
    }
}

extension JSON {
    /// The value as compact JSON text.
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The same as UTF-8.
    package var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.appendJSON(self)
        return bytes
    }
}
