package import BrownoutEngine

/// The head of a request of HTTP/1.1, as places in its bytes. Whoever asks it something holds the
/// bytes, from the head's first one on; text is made only of what is asked for.
package struct RequestHead: Equatable, Sendable {
    /// How the end of the body is known. What is sent in chunks is left to a whole parser.
    package enum BodyLength: Equatable, Sendable {
        /// The request ends with its head (RFC 9112, 6.3).
        case none
        /// So many bytes follow the head.
        case length(Int)
    }

    /// Where a field stands.
    package struct Field: Equatable, Sendable {
        /// What the field is, where it is one of the known ones.
        package let known: KnownField?
        /// The place of the name, in the case it came in.
        package let name: Range<Int>
        /// The place of the value, without the spaces before it. It may be empty.
        package let value: Range<Int>
    }

    /// A field in as few bytes as it can be: a head of this form is less than 64 KiB long.
    struct Entry: Equatable {
        private let nameStart: UInt16
        private let nameEnd: UInt16
        private let valueStart: UInt16
        private let valueEnd: UInt16
        let known: KnownField?

        init(name: Range<Int>, value: Range<Int>, known: KnownField?) {
            nameStart = UInt16(name.lowerBound)
            nameEnd = UInt16(name.upperBound)
            valueStart = UInt16(value.lowerBound)
            valueEnd = UInt16(value.upperBound)
            self.known = known
        }

        var name: Range<Int> { Int(nameStart)..<Int(nameEnd) }
        var value: Range<Int> { Int(valueStart)..<Int(valueEnd) }
    }

    /// The longest head whose places fit an entry, in bytes.
    static let mostBytes = Int(UInt16.max)

    /// What is asked for.
    package let method: RequestMethod
    /// Where the target stands: a path, maybe with a query.
    package let target: Range<Int>
    /// How many bytes the head has, with the empty line at its end.
    package let length: Int
    /// How the end of the body is known.
    package let bodyLength: BodyLength
    /// Whether another request may follow on the connection (RFC 9112, 9.3).
    package let isKeepAlive: Bool
    private let entries: [Entry]
    private let present: KnownFieldSet

    init(
        method: RequestMethod, target: Range<Int>, length: Int, framing: HeadFraming,
        entries: [Entry]
    ) {
        self.method = method
        self.target = target
        self.length = length
        self.bodyLength = framing.bodyLength
        self.isKeepAlive = framing.isKeepAlive
        self.present = framing.present
        self.entries = entries
    }

    /// How many fields there are.
    package var fieldCount: Int { entries.count }

    /// Whether there is a field.
    package func has(_ field: KnownField) -> Bool { present.contains(field) }

    /// Where the first value of a field stands; nil where there is no such field.
    package func place(of field: KnownField) -> Range<Int>? {
        has(field) ? entries.first { $0.known == field }?.value : nil
    }

    /// The first value of a field as text; nil where there is no such field.
    package func value(of field: KnownField, in bytes: RawSpan) -> String? {
        place(of: field).map { bytes.text($0) }
    }

    /// Whether the first value of a field is a word, without regard to case. The word is ASCII in
    /// lower case.
    package func isValue(of field: KnownField, _ word: String, in bytes: RawSpan) -> Bool {
        guard let place = place(of: field) else { return false }
        return bytes.isWord(word.utf8, at: place)
    }

    /// The target as text.
    package func target(in bytes: RawSpan) -> String { bytes.text(target) }

    /// Hands over all fields in their order.
    package func forEachField<Failure: Error>(
        _ body: (Field) throws(Failure) -> Void
    ) throws(Failure) {
        for entry in entries {
            try body(Field(known: entry.known, name: entry.name, value: entry.value))
        }
    }

    /// All fields, in their order.
    package func fields(in bytes: RawSpan) -> HeaderFields {
        HeaderFields(
            in: bytes.extracting(0..<length).withUnsafeBytes { Array($0) },
            at: entries.map {
                HeaderFields.Place(name: $0.name, value: $0.value, known: $0.known)
            })
    }
}
