/// The header fields of a request in the order they came, as bytes: text is made only of what is
/// asked for, and nothing of what is compared.
package struct HeaderFields: Sendable {
    /// Where a field stands in the bytes.
    package struct Place: Sendable {
        private let nameStart: UInt32
        private let nameEnd: UInt32
        private let valueStart: UInt32
        private let valueEnd: UInt32
        /// What the field is, where it is one of the known ones.
        let known: KnownField?

        /// The places of a field's name and value.
        package init(name: Range<Int>, value: Range<Int>, known: KnownField?) {
            self.known = known
            nameStart = UInt32(name.lowerBound)
            nameEnd = UInt32(name.upperBound)
            valueStart = UInt32(value.lowerBound)
            valueEnd = UInt32(value.upperBound)
        }

        var name: Range<Int> { Int(nameStart)..<Int(nameEnd) }
        var value: Range<Int> { Int(valueStart)..<Int(valueEnd) }
    }

    /// One reference for all of it: requests are handed on and on.
    private final class Storage: Sendable {
        let bytes: [UInt8]
        let places: [Place]
        let present: KnownFieldSet

        init(_ bytes: [UInt8], _ places: [Place]) {
            self.bytes = bytes
            self.places = places
            var present = KnownFieldSet()
            for index in places.indices {
                if let known = places[index].known { present.insert(known) }
            }
            self.present = present
        }

        static let none = Storage([], [])
    }

    private let storage: Storage

    /// Fields that stand in these bytes.
    package init(in bytes: [UInt8], at places: [Place]) {
        storage = Storage(bytes, places)
    }

    /// Fields from their texts.
    package init(_ fields: some Sequence<HeaderField>) {
        var bytes: [UInt8] = []
        var places: [Place] = []
        for field in fields {
            let start = bytes.count
            bytes.append(contentsOf: field.name.utf8)
            let middle = bytes.count
            bytes.append(contentsOf: field.value.utf8)
            places.append(
                Place(
                    name: start..<middle, value: middle..<bytes.count,
                    known: KnownField(named: field.name)))
        }
        storage = places.isEmpty ? Storage.none : Storage(bytes, places)
    }

    /// Which of the known fields one is; nil: none of them.
    package func known(_ index: Int) -> KnownField? { storage.places[index].known }

    /// Whether there is a field.
    package func has(_ field: KnownField) -> Bool { storage.present.contains(field) }

    /// The first value of a field.
    package func first(_ field: KnownField) -> String? {
        guard has(field) else { return nil }
        return storage.places.firstIndex { $0.known == field }.map { value($0) }
    }

    /// The last value of a field.
    package func last(_ field: KnownField) -> String? {
        guard has(field) else { return nil }
        return storage.places.lastIndex { $0.known == field }.map { value($0) }
    }

    /// All values of a field, in the order they came.
    package func values(_ field: KnownField) -> [String] {
        guard has(field) else { return [] }
        return indices.filter { storage.places[$0].known == field }.map { value($0) }
    }

    /// Appends all fields but some to bytes, each behind the lengths of its name and its value:
    /// fields that differ are other bytes, whatever they hold.
    package func append(besides left: KnownFieldSet, to bytes: inout [UInt8]) {
        let (all, places) = (storage.bytes, storage.places)
        for index in places.indices {
            if let known = places[index].known, left.contains(known) { continue }
            let (name, value) = (places[index].name, places[index].value)
            var lengths = UInt64(name.count) << 32 | UInt64(value.count)
            withUnsafeBytes(of: &lengths) { bytes.append(contentsOf: $0) }
            if name.upperBound + 2 == value.lowerBound {
                bytes.append(contentsOf: all[name.lowerBound..<value.upperBound])
            } else {
                bytes.append(contentsOf: all[name])
                bytes.append(0)
                bytes.append(0)
                bytes.append(contentsOf: all[value])
            }
        }
    }

    /// Whether a field has a name, which is given in lower case: names are alike in any case
    /// (RFC 9110, 5.1).
    package func isNamed(_ index: Int, _ name: String) -> Bool {
        let place = storage.places[index].name
        guard place.count == name.utf8.count else { return false }
        return storage.bytes.withUnsafeBufferPointer { bytes in
            var next = place.lowerBound
            for wanted in name.utf8 {
                let byte = bytes[next]
                next &+= 1
                if byte == wanted { continue }
                guard (0x61...0x7A).contains(wanted), byte | 0x20 == wanted else { return false }
            }
            return true
        }
    }

    /// The name of a field as text, in the case it came in.
    package func name(_ index: Int) -> String { text(storage.places[index].name) }

    /// The value of a field as text. What is not UTF-8 is replaced.
    package func value(_ index: Int) -> String { text(storage.places[index].value) }

    private func text(_ place: Range<Int>) -> String {
        storage.bytes.withUnsafeBufferPointer {
            String(decoding: UnsafeBufferPointer(rebasing: $0[place]), as: UTF8.self)
        }
    }

    /// Hands over the bytes of a field's value.
    package func withValue<Result>(
        _ index: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Result
    ) -> Result {
        let place = storage.places[index].value
        return storage.bytes.withUnsafeBufferPointer {
            body(UnsafeBufferPointer(rebasing: $0[place]))
        }
    }

    /// The first value of a field; `name` in lower case.
    package func first(named name: String) -> String? {
        indices.first { isNamed($0, name) }.map { value($0) }
    }

    /// The last value of a field; `name` in lower case.
    package func last(named name: String) -> String? {
        indices.last { isNamed($0, name) }.map { value($0) }
    }

    /// All values of a field, in the order they came; `name` in lower case.
    package func values(named name: String) -> [String] {
        indices.filter { isNamed($0, name) }.map { value($0) }
    }
}

extension HeaderFields: RandomAccessCollection, ExpressibleByArrayLiteral {
    package init(arrayLiteral fields: HeaderField...) { self.init(fields) }

    package var startIndex: Int { 0 }
    package var endIndex: Int { storage.places.count }

    /// A field as text.
    package subscript(index: Int) -> HeaderField { HeaderField(name(index), value(index)) }
}

extension HeaderFields: Equatable {
    /// Whether both have the same fields in the same order, letter by letter.
    package static func == (left: HeaderFields, right: HeaderFields) -> Bool {
        left.storage === right.storage || left.elementsEqual(right)
    }
}
