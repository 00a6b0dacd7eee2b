/// A pattern over text: `*` any run, `?` any one scalar, `[abc]` `[a-z]` `[!a]` a set, `\` quotes.
package struct Glob: Equatable, Sendable {
    /// As it was written.
    package let text: String
    private let parts: [Part]
    /// The UTF-8 between the runs, where the pattern has no other wildcard, as nearly all: such a
    /// pattern is held against bytes. The first piece begins the text, the last one ends it.
    private let pieces: [[UInt8]]?

    private enum Part: Equatable, Sendable {
        case scalar(Unicode.Scalar)
        case any
        case run
        case set([ClosedRange<Unicode.Scalar>], negated: Bool)
    }

    /// What is wrong with a pattern.
    package struct Invalid: Error, Equatable, Sendable {
        /// Scalars before the offending one.
        package var offset: Int
        package var message: String
    }

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
        pieces = Glob.pieces(of: parts)
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

    /// The one text the pattern matches, when it has no wildcard.
    package var literal: String? {
        var literal = String.UnicodeScalarView()
        for part in parts {
            guard case .scalar(let scalar) = part else { return nil }
            literal.append(scalar)
        }
        return String(literal)
    }

    /// Whether the whole text fits; linear in its length for each `*`, never exponential.
    package func matches(_ text: String) -> Bool {
        if let pieces {
            let found = text.utf8.withContiguousStorageIfAvailable { Glob.matches(pieces, $0) }
            if let found { return found }
        }
        return matchesScalars(of: text)
    }

    private static func matches(
        _ pieces: [[UInt8]], _ text: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        let (first, last) = (pieces[0], pieces[pieces.count - 1])
        guard pieces.count > 1 else { return text.elementsEqual(first) }
        guard text.count >= first.count + last.count,
            text[..<first.count].elementsEqual(first),
            text[(text.count - last.count)...].elementsEqual(last)
        else { return false }
        var rest = text[first.count..<(text.count - last.count)]
        for piece in pieces[1..<(pieces.count - 1)] {
            guard let end = Glob.end(of: piece, in: rest) else { return false }
            rest = rest[end...]
        }
        return true
    }

    /// Where the first occurrence of a piece ends.
    private static func end(
        of piece: [UInt8], in text: Slice<UnsafeBufferPointer<UInt8>>
    ) -> Int? {
        guard let head = piece.first else { return text.startIndex }
        var start = text.startIndex
        while start + piece.count <= text.endIndex {
            if text[start] == head, text[start..<(start + piece.count)].elementsEqual(piece) {
                return start + piece.count
            }
            start += 1
        }
        return nil
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
