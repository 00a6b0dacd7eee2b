/// A JSON value that remembers the order of object members and the text of numbers.
///
/// Providers differ in key order and clients' logs are compared byte by byte, so order is part of
/// a value here: two objects with the same members in another order are not equal.
package enum JSON: Equatable, Sendable {
    case null
    case bool(Bool)
    case number(JSONNumber)
    case string(String)
    case array([JSON])
    case object([JSONMember])
}

/// One member of a JSON object.
package struct JSONMember: Equatable, Sendable {
    /// The member's name, its escapes undone. Objects may have several of the same name.
    package var key: String
    /// What the member's name stands for.
    package var value: JSON

    package init(_ key: String, _ value: JSON) {
        self.key = key
        self.value = value
    }
}

/// A JSON number as it was written; `1.0` and `1` are different texts of the same value.
package struct JSONNumber: Equatable, Sendable {
    /// The number in JSON's grammar (RFC 8259, 6): `-1.50e3`.
    package let text: String

    /// `text` must be a number in JSON's grammar; the parser checks, other callers promise.
    package init(text: String) {
        self.text = text
    }

    /// The number in decimal digits.
    package init(_ value: Int) {
        self.text = String(value)
    }

    /// The value as an integer: `3`, `-1`, also `3.0`; nil with a fraction or out of range.
    package var int: Int? {
        if let exact = Int(text) { return exact }
        guard let double, double == double.rounded(), abs(double) < 9_007_199_254_740_992 else {
            return nil
        }
        return Int(double)
    }

    /// The nearest double; nil only when out of a double's range.
    package var double: Double? {
        if let value = shortDecimal { return value }
        guard let value = Double(text), value.isFinite else { return nil }
        return value
    }

    /// The value of a number of up to fifteen digits without an exponent: both the digits and the
    /// power of ten are exact doubles then, and so their quotient is rounded once, as it has to be
    /// (Clinger, "How to read floating point numbers accurately", 1990). Nil for any other.
    private var shortDecimal: Double? {
        var digits = 0
        var mantissa: Int64 = 0
        var scale = 1.0
        var isFraction = false
        var isNegative = false
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39:
                digits += 1
                mantissa = mantissa &* 10 &+ Int64(byte &- 0x30)
                if isFraction { scale *= 10 }
            case UInt8(ascii: "."): isFraction = true
            case UInt8(ascii: "-") where digits == 0: isNegative = true
            default: return nil
            }
            if digits > 15 { return nil }
        }
        let value = Double(mantissa) / scale
        return isNegative ? -value : value
    }
}

extension JSON {
    /// The value of a member; nil for an absent key and for anything that is not an object.
    /// Where a key occurs twice the last one counts, as in most parsers.
    package subscript(key: String) -> JSON? {
        guard case .object(let members) = self else { return nil }
        return members.last { $0.key == key }?.value
    }

    /// The text of a string; nil for any other kind of value.
    package var stringValue: String? {
        guard case .string(let value) = self else { return nil }
        return value
    }

    /// A number as an integer, `3.0` too; nil with a fraction, and for any other kind of value.
    package var intValue: Int? {
        guard case .number(let value) = self else { return nil }
        return value.int
    }

    /// A number as the nearest double; nil out of its range, and for any other kind of value.
    package var doubleValue: Double? {
        guard case .number(let value) = self else { return nil }
        return value.double
    }

    /// The value of `true` and `false`; nil for any other kind of value, 0 and 1 too.
    package var boolValue: Bool? {
        guard case .bool(let value) = self else { return nil }
        return value
    }

    /// The elements of an array; nil for any other kind of value.
    package var arrayValue: [JSON]? {
        guard case .array(let value) = self else { return nil }
        return value
    }

    /// The members of an object in their order; nil for any other kind of value.
    package var objectValue: [JSONMember]? {
        guard case .object(let value) = self else { return nil }
        return value
    }

    /// Whether it is JSON's `null`.
    package var isNull: Bool { self == .null }

    /// JSON's word for the kind of this value: `object`, `array`, `string`, `integer`, …
    package var kind: String {
        switch self {
        case .null: "null"
        case .bool: "boolean"
        case .number(let number): number.int == nil ? "number" : "integer"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }

    /// The value a JSON Pointer (RFC 6901) leads to; nil when it leads nowhere.
    package func value(at pointer: String) -> JSON? {
        pointer.isEmpty ? self : value(along: JSON.tokens(ofPointer: pointer))
    }

    /// The same for a pointer that was taken apart before; none: the value itself.
    package func value(along tokens: [String]) -> JSON? {
        var current = self
        for token in tokens {
            switch current {
            case .object:
                guard let next = current[token] else { return nil }
                current = next
            case .array(let items):
                guard let index = Int(token), items.indices.contains(index) else { return nil }
                current = items[index]
            default:
                return nil
            }
        }
        return current
    }

    /// What a JSON Pointer is made of, its escapes undone; none for the whole.
    package static func tokens(ofPointer pointer: String) -> [String] {
        pointer.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map {
            unescaped(pointerToken: $0)
        }
    }

    private static func unescaped(pointerToken raw: Substring) -> String {
        guard raw.utf8.contains(UInt8(ascii: "~")) else { return String(raw) }
        var token = ""
        var escaped = false
        for character in raw {
            switch (escaped, character) {
            case (true, "1"): token.append("/")
            case (true, "0"): token.append("~")
            case (true, _):
                token.append("~")
                token.append(character)
            case (false, "~"):
                escaped = true
                continue
            case (false, _): token.append(character)
            }
            escaped = false
        }
        if escaped { token.append("~") }
        return token
    }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByNilLiteral, ExpressibleByArrayLiteral,
    ExpressibleByDictionaryLiteral
{
    /// A string; its text is taken as it is.
    package init(stringLiteral value: String) { self = .string(value) }
    /// A number in decimal digits.
    package init(integerLiteral value: Int) { self = .number(JSONNumber(value)) }
    /// JSON's `true` or `false`.
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    /// JSON's `null`.
    package init(nilLiteral: ()) { self = .null }
    /// An array of these elements.
    package init(arrayLiteral elements: JSON...) { self = .array(elements) }
    /// An object of these members, in their order.
    package init(dictionaryLiteral elements: (String, JSON)...) {
        self = .object(elements.map { JSONMember($0.0, $0.1) })
    }
}
