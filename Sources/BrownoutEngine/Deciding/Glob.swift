/// A pattern over text: `*` any run, `?` any one scalar, `[abc]` `[a-z]` `[!a]` a set, `\` quotes.
package struct Glob: Equatable, Sendable {
    /// As it was written.
    package let text: String
    private let parts: [Part]
    /// The UTF-8 between the runs, where the pattern has no other wildcard, as nearly all: such a
    /// pattern is held against bytes. The first piece begins the text, the last one ends it.
    private let pieces: [Piece]?

    /// Bytes that are looked for in a time in proportion to the text.
    private struct Piece: Equatable, Sendable {
        var bytes: [UInt8]
        /// For each place the longest beginning that ends there too (Knuth, Morris and Pratt,
        /// 1977).
        var failures: [Int]

        init(_ bytes: [UInt8]) {
            self.bytes = bytes
            failures = [Int](repeating: 0, count: bytes.count)
            var length = 0
            for index in bytes.indices.dropFirst() {
                while length > 0, bytes[index] != bytes[length] { length = failures[length - 1] }
                if bytes[index] == bytes[length] { length += 1 }
                failures[index] = length
            }
        }
    }

    private enum Part: Equatable, Sendable {
        case scalar(Unicode.Scalar)
        case any
        case run
        case set([ClosedRange<Unicode.Scalar>], negated: Bool)

        var isScalar: Bool { if case .scalar = self { true } else { false } }
    }

    /// What is wrong with a pattern.
    package struct Invalid: Error, Equatable, Sendable {
        /// Scalars before the offending one.
        package var offset: Int
        /// What is wrong, in words for whoever wrote the pattern: `'\' at the end quotes nothing`.
        package var message: String
    }

    /// Reads a pattern. Throws where a set is not right or a `\` stands at the end; any other text
    /// is a pattern.
    package init(_ text: String) throws(Invalid) {
        self.text = text
        let scalars = Array(text.unicodeScalars)
        var parts: [Part] = []
        var index = 0
        while index < scalars.count {
            switch scalars[index] {
            case "*":
                if parts.last != .run { parts.append(.run) }
            case "?":
                parts.append(.any)
            case "\\":
                guard index + 1 < scalars.count else {
                    throw Invalid(offset: index, message: "'\\' at the end quotes nothing")
                }
                index += 1
                parts.append(.scalar(scalars[index]))
            case "[":
                parts.append(try Glob.set(scalars, &index))
            default:
                parts.append(.scalar(scalars[index]))
            }
            index += 1
        }
        self.parts = parts
        pieces = Glob.pieces(of: parts)?.map(Piece.init)
    }

    private static func pieces(of parts: [Part]) -> [[UInt8]]? {
        var pieces: [[UInt8]] = [[]]
        for part in parts {
            switch part {
            case .scalar(let scalar):
                pieces[pieces.count - 1].append(contentsOf: UTF8.encode(scalar) ?? .init())
            case .run: pieces.append([])
            case .any, .set: return nil
            }
        }
        return pieces
    }

    /// Reads a set that opens at `index`; leaves `index` at its `]`.
    private static func set(
        _ scalars: [Unicode.Scalar], _ index: inout Int
    ) throws(Invalid) -> Part {
        let open = index
        index += 1
        let negated = index < scalars.count && (scalars[index] == "!" || scalars[index] == "^")
        if negated { index += 1 }
        var ranges: [ClosedRange<Unicode.Scalar>] = []
        while index < scalars.count, scalars[index] != "]" || ranges.isEmpty {
            let low = scalars[index]
            if index + 2 < scalars.count, scalars[index + 1] == "-", scalars[index + 2] != "]" {
                let high = scalars[index + 2]
                guard low <= high else {
                    throw Invalid(offset: index, message: "a range that runs backwards")
                }
                ranges.append(low...high)
                index += 3
            } else {
                ranges.append(low...low)
                index += 1
            }
        }
        guard index < scalars.count else {
            throw Invalid(offset: open, message: "'[' without its ']'")
        }
        return .set(ranges, negated: negated)
    }

    /// Whether the pattern is `*` alone and so matches every text.
    package var matchesEverything: Bool { parts == [.run] }

    /// What is between the wildcards, in its order: a text that the pattern fits has all of it.
    var literals: [[UInt8]] {
        var literals: [[UInt8]] = [[]]
        for part in parts {
            if case .scalar(let scalar) = part {
                literals[literals.count - 1].append(contentsOf: UTF8.encode(scalar) ?? .init())
            } else {
                literals.append([])
            }
        }
        return literals.filter { !$0.isEmpty }
    }

    /// What stands before the first wildcard: a text that the pattern fits begins with it.
    var start: [UInt8] {
        var start: [UInt8] = []
        for case .scalar(let scalar) in parts.prefix(while: { $0.isScalar }) {
            start.append(contentsOf: UTF8.encode(scalar) ?? .init())
        }
        return start
    }

    /// The bytes that a text has at least which the pattern fits.
    var leastBytes: Int { parts.count { $0 != .run } }

    /// Whether it has runs for its only wildcards, one at its beginning and one at its end.
    var isSearch: Bool {
        guard let pieces, pieces.count > 1 else { return false }
        return pieces[0].bytes.isEmpty && pieces[pieces.count - 1].bytes.isEmpty
    }

    /// The one text the pattern matches, when it has no wildcard.
    package var literal: String? {
        var literal = String.UnicodeScalarView()
        for part in parts {
            guard case .scalar(let scalar) = part else { return nil }
            literal.append(scalar)
        }
        return String(literal)
    }

    /// Whether the whole text fits, in a time in proportion to its length.
    package func matches(_ text: String) -> Bool {
        if let pieces {
            let found = text.utf8.withContiguousStorageIfAvailable { Glob.matches(pieces, $0) }
            if let found { return found }
        }
        if text.utf8.count * parts.count <= Glob.fewSteps { return matchesScalars(of: text) }
        return matchesRows(of: Array(text.unicodeScalars))
    }

    /// Scalars times parts that are looked at one by one, from each scalar anew.
    private static let fewSteps = 1 << 14

    private static func matches(
        _ pieces: [Piece], _ text: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        let (first, last) = (pieces[0].bytes, pieces[pieces.count - 1].bytes)
        guard pieces.count > 1 else {
            return text.count == first.count && stands(first, at: 0, in: text)
        }
        guard text.count >= first.count + last.count, stands(first, at: 0, in: text),
            stands(last, at: text.count - last.count, in: text)
        else { return false }
        var rest = text[first.count..<(text.count - last.count)]
        for piece in pieces[1..<(pieces.count - 1)] {
            guard let end = Glob.end(of: piece, in: rest) else { return false }
            rest = rest[end...]
        }
        return true
    }

    /// Whether the bytes stand at a place of a text that is long enough for them.
    private static func stands(
        _ bytes: [UInt8], at place: Int, in text: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        for index in bytes.indices where bytes[index] != text[place + index] { return false }
        return true
    }

    /// Where the first occurrence of a piece ends.
    private static func end(
        of piece: Piece, in text: Slice<UnsafeBufferPointer<UInt8>>
    ) -> Int? {
        guard let head = piece.bytes.first else { return text.startIndex }
        return piece.bytes.withUnsafeBufferPointer { bytes in
            var length = 0
            var index = text.startIndex
            while index < text.endIndex {
                if length == 0 {
                    while index < text.endIndex, text[index] != head { index += 1 }
                    if index == text.endIndex { return nil }
                }
                let byte = text[index]
                while length > 0, byte != bytes[length] { length = piece.failures[length - 1] }
                if byte == bytes[length] { length += 1 }
                index += 1
                if length == bytes.count { return index }
            }
            return nil
        }
    }

    // MARK: Long texts

    /// Between two runs, each place of the text is held against all parts at once.
    private func matchesRows(of text: [Unicode.Scalar]) -> Bool {
        let rows = parts.split(separator: .run, omittingEmptySubsequences: false)
        let (first, last) = (rows[0], rows[rows.count - 1])
        guard rows.count > 1 else { return fits(first, text[...]) }
        guard text.count >= first.count + last.count, fits(first, text.prefix(first.count)),
            fits(last, text.suffix(last.count))
        else { return false }
        var rest = text[first.count..<(text.count - last.count)]
        for row in rows[1..<(rows.count - 1)] where !row.isEmpty {
            guard let end = GlobRow(row.map { part in { accepts(part, $0) } }).end(in: rest) else {
                return false
            }
            rest = rest[end...]
        }
        return true
    }

    private func fits(_ row: ArraySlice<Part>, _ text: ArraySlice<Unicode.Scalar>) -> Bool {
        row.count == text.count && zip(row, text).allSatisfy(accepts)
    }

    private func matchesScalars(of text: String) -> Bool {
        let scalars = text.unicodeScalars
        var position = scalars.startIndex
        var part = 0
        var retry: (part: Int, position: String.UnicodeScalarView.Index)?
        while true {
            if part < parts.count, parts[part] == .run {
                retry = (part + 1, position)
                part += 1
            } else if part < parts.count, position < scalars.endIndex,
                accepts(parts[part], scalars[position])
            {
                part += 1
                position = scalars.index(after: position)
            } else if part == parts.count, position == scalars.endIndex {
                return true
            } else if let (next, from) = retry, from < scalars.endIndex {
                position = scalars.index(after: from)
                retry = (next, position)
                part = next
            } else {
                return false
            }
        }
    }

    private func accepts(_ part: Part, _ scalar: Unicode.Scalar) -> Bool {
        switch part {
        case .scalar(let wanted): wanted == scalar
        case .any: true
        case .run: false
        case .set(let ranges, let negated): ranges.contains { $0.contains(scalar) } != negated
        }
    }
}

/// Parts that stand for a scalar each, looked for as one word of bits (Baeza-Yates and Gonnet,
/// 1992).
private struct GlobRow {
    private let accepts: [(Unicode.Scalar) -> Bool]
    private let words: Int
    /// For each scalar of ASCII the parts that accept it.
    private var ascii: [UInt64]

    init(_ accepts: [(Unicode.Scalar) -> Bool]) {
        self.accepts = accepts
        words = (accepts.count + 63) / 64
        ascii = [UInt64](repeating: 0, count: 128 * words)
        for byte in 0..<128 { fill(&ascii, byte * words, Unicode.Scalar(UInt8(byte))) }
    }

    private func fill(_ bits: inout [UInt64], _ start: Int, _ scalar: Unicode.Scalar) {
        for (index, accepts) in accepts.enumerated() where accepts(scalar) {
            bits[start + index / 64] |= 1 << UInt64(index % 64)
        }
    }

    /// Behind the first place where all parts fit.
    func end(in text: ArraySlice<Unicode.Scalar>) -> Int? {
        var state = [UInt64](repeating: 0, count: words)
        var other = [UInt64](repeating: 0, count: words)
        // Texts have few scalars beyond ASCII that are not their neighbour's again.
        var known: Unicode.Scalar?
        let last = UInt64(1) << UInt64((accepts.count - 1) % 64)
        for index in text.indices {
            let scalar = text[index]
            let start = Int(scalar.value) * words
            if !scalar.isASCII, scalar != known {
                for word in 0..<words { other[word] = 0 }
                fill(&other, 0, scalar)
                known = scalar
            }
            var carry: UInt64 = 1
            for word in 0..<words {
                let old = state[word]
                let bits = scalar.isASCII ? ascii[start + word] : other[word]
                state[word] = (old << 1 | carry) & bits
                carry = old >> 63
            }
            if state[words - 1] & last != 0 { return index + 1 }
        }
        return nil
    }
}
