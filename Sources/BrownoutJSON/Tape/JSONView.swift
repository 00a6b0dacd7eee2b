/// One value on a ``JSONTape``, or a member's name, which is a string. It holds on to the tape;
/// a copy is one more reference to that.
package struct JSONView: Sendable {
    /// JSON's kinds of values.
    package enum Kind: Sendable {
        case null
        case bool
        case number
        case string
        case array
        case object
    }

    @usableFromInline let storage: TapeStorage
    @usableFromInline let index: Int

    @inlinable
    init(_ storage: TapeStorage, _ index: Int) {
        self.storage = storage
        self.index = index
    }

    @inlinable
    var entry: TapeEntry { storage[index] }

    /// The kind of the value.
    @inlinable
    package var kind: Kind {
        switch entry.kind {
        case .null: .null
        case .no, .yes: .bool
        case .number: .number
        case .string: .string
        case .array: .array
        case .object: .object
        }
    }

    /// JSON's word for the kind, as in ``JSON/kind``: `object`, `array`, `string`, `integer`, …
    package var kindWord: String {
        switch kind {
        case .null: "null"
        case .bool: "boolean"
        case .number: intValue == nil ? "number" : "integer"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }

    /// Whether it is JSON's `null`.
    @inlinable
    package var isNull: Bool { entry.kind == .null }

    /// The value of `true` and `false`; nil for any other kind of value, 0 and 1 too.
    @inlinable
    package var boolValue: Bool? {
        switch entry.kind {
        case .yes: true
        case .no: false
        case .null, .number, .string, .array, .object: nil
        }
    }

    /// A number as it was written; nil for any other kind of value.
    package var number: JSONNumber? {
        let entry = entry
        guard entry.kind == .number else { return nil }
        return storage.withText(of: entry) {
            JSONNumber(text: String(decoding: $0, as: UTF8.self))
        }
    }

    /// A number as an integer, `3.0` too; nil with a fraction, and for any other kind of value.
    package var intValue: Int? {
        let entry = entry
        guard entry.kind == .number else { return nil }
        // Eighteen digits and a sign are no more than an integer holds.
        guard entry.isPlain, entry.length <= 18 else { return number?.int }
        return storage.withText(of: entry) { text in
            let isNegative = text[0] == UInt8(ascii: "-")
            var value = 0
            for byte in text[(isNegative ? 1 : 0)...] {
                value = value &* 10 &+ Int(byte &- UInt8(ascii: "0"))
            }
            return isNegative ? -value : value
        }
    }

    /// A number as the nearest double; nil out of its range, and for any other kind of value.
    package var doubleValue: Double? { number?.double }

    /// The value as a tree.
    package var json: JSON {
        switch entry.kind {
        case .null: return .null
        case .no: return .bool(false)
        case .yes: return .bool(true)
        case .number: return number.map { .number($0) } ?? .null
        case .string: return .string(text)
        case .array:
            var items: [JSON] = []
            items.reserveCapacity(count)
            for element in elements { items.append(element.json) }
            return .array(items)
        case .object:
            var members: [JSONMember] = []
            members.reserveCapacity(count)
            for member in self.members {
                members.append(JSONMember(member.name.text, member.value.json))
            }
            return .object(members)
        }
    }
}
