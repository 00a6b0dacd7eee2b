import BrownoutEngine

/// The name of a known field as a few words, which are compared without regard to case.
struct KnownName: Equatable, Sendable {
    /// The first bytes, the last ones, and those from the ninth on; they may overlap.
    private let first: UInt64
    private let last: UInt64
    private let middle: UInt64

    /// The name in a range that is of a token and of a length of ``lengths``.
    @inline(__always)
    private init(_ bytes: RawSpan, _ range: Range<Int>) {
        let (start, end) = (range.lowerBound, range.upperBound)
        if range.count < 8 {
            first = KnownName.lowerCase(UInt64(bytes.halfWord(at: start)))
            last = KnownName.lowerCase(UInt64(bytes.halfWord(at: end - 4)))
            middle = 0
        } else {
            first = KnownName.lowerCase(bytes.word(at: start))
            last = KnownName.lowerCase(bytes.word(at: end - 8))
            middle = KnownName.lowerCase(bytes.word(at: min(start + 8, end - 8)))
        }
    }

    /// The name of a field, or what its name begins with.
    private init(_ field: KnownField) {
        let bytes = Array(field.name.utf8)
        self.init(bytes.span.bytes, 0..<bytes.count)
    }

    /// Sets the bit that tells lower from upper case. Of the bytes of tokens only `^` and `_`
    /// become others by that than they are or their lower case, and no known name holds what they
    /// become.
    @inline(__always)
    private static func lowerCase(_ word: UInt64) -> UInt64 { word | 0x2020_2020_2020_2020 }

    /// Names of fewer or more bytes are unknown, or begin as those that speak to us.
    private static let lengths = 4...24

    /// All names, and which field each of them is.
    struct Table: Sendable {
        private let rows: [(name: KnownName, field: KnownField)]
        /// Where among them those of each length begin: they are sorted by it.
        private let starts: [UInt8]
        /// How names begin that speak to us.
        private let ours = KnownName(.otherBrownout)

        fileprivate init() {
            let fields = KnownField.allCases.filter { $0 != .otherBrownout }
                .sorted { ($0.name.utf8.count, $0.rawValue) < ($1.name.utf8.count, $1.rawValue) }
            rows = fields.map { (KnownName($0), $0) }
            starts = (0...lengths.upperBound + 1).map { length in
                UInt8(fields.firstIndex { $0.name.utf8.count >= length } ?? fields.count)
            }
        }

        /// The field that a token names; nil: none of the known ones.
        @inline(__always)
        func field(_ bytes: RawSpan, _ range: Range<Int>) -> KnownField? {
            if lengths ~= range.count {
                let name = KnownName(bytes, range)
                var index = Int(starts[range.count])
                let end = Int(starts[range.count + 1])
                while index < end {
                    if rows[index].name == name { return rows[index].field }
                    index += 1
                }
                // Most names do not begin as ours do.
                if name.first != ours.first { return nil }
            }
            return isOurs(bytes, range) ? .otherBrownout : nil
        }

        private func isOurs(_ bytes: RawSpan, _ range: Range<Int>) -> Bool {
            let length = KnownField.otherBrownout.name.utf8.count
            guard range.count >= length else { return false }
            return KnownName(bytes, range.lowerBound..<range.lowerBound + length) == ours
        }
    }

    /// The table of all known fields.
    static let table = Table()
}
