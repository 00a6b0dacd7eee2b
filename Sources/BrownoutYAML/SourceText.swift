/// A place in a file. Line and column count from 1, the column in Unicode scalars; the offset
/// counts bytes from 0.
package struct SourcePlace: Equatable, Sendable, Comparable {
    /// Bytes of the text before it, a byte order mark not counted.
    package var offset: Int
    /// The number of its line in the file, from 1.
    package var line: Int
    /// Unicode scalars of its line up to it, from 1.
    package var column: Int

    package init(offset: Int, line: Int, column: Int) {
        self.offset = offset
        self.line = line
        self.column = column
    }

    /// Whether the first stands before the second, by their offsets.
    package static func < (left: SourcePlace, right: SourcePlace) -> Bool {
        left.offset < right.offset
    }
}

/// A stretch of a file; the end is not part of it.
package struct SourceSpan: Equatable, Sendable {
    /// Where the first character stands.
    package var start: SourcePlace
    /// Right behind the last character.
    package var end: SourcePlace

    package init(_ start: SourcePlace, _ end: SourcePlace) {
        self.start = start
        self.end = end
    }

    /// The part of a one-line span that begins `count` scalars after its start.
    package func dropping(_ count: Int) -> SourceSpan {
        guard start.line == end.line, start.column + count < end.column else { return self }
        var place = start
        place.column += count
        place.offset += count
        return SourceSpan(place, end)
    }
}

/// The text of a file, or of a part of one, and where its lines are.
struct SourceText: Sendable {
    let bytes: [UInt8]
    /// The number of the text's first line in its file, from 1.
    let firstLine: Int
    /// The byte offset of every line.
    private let lineOffsets: [UInt32]
    /// The same in scalars; empty where every scalar is one byte.
    private let lineScalars: [UInt32]
    /// The byte offset of every scalar whose number is a multiple of ``stride``; empty where every
    /// scalar is one byte.
    private let scalarOffsets: [UInt32]
    private let scalarCount: Int

    /// A table of all scalars would take eight times what its text takes.
    private static let stride = 64

    /// A byte order mark at the beginning is dropped.
    init(_ raw: [UInt8], firstLine: Int = 1) {
        self.firstLine = firstLine
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        bytes = raw.starts(with: mark) ? Array(raw.dropFirst(3)) : raw
        var lineOffsets: [UInt32] = [0]
        let isASCII = bytes.allSatisfy { $0 < 0x80 }
        var lineScalars: [UInt32] = isASCII ? [] : [0]
        var scalarOffsets: [UInt32] = []
        var scalars = 0
        for (offset, byte) in bytes.enumerated() {
            if byte & 0xC0 != 0x80 {
                if !isASCII, scalars % SourceText.stride == 0 {
                    scalarOffsets.append(UInt32(clamping: offset))
                }
                scalars += 1
            }
            // A line ends with LF, CR LF, or CR alone.
            let next = offset + 1 < bytes.count ? bytes[offset + 1] : 0
            if byte == 0x0A || (byte == 0x0D && next != 0x0A) {
                lineOffsets.append(UInt32(clamping: offset + 1))
                if !isASCII { lineScalars.append(UInt32(clamping: scalars)) }
            }
        }
        self.lineOffsets = lineOffsets
        self.lineScalars = lineScalars
        self.scalarOffsets = scalarOffsets
        scalarCount = scalars
    }

    /// The place of the scalar with this index from 0; past the end, the end.
    func place(scalar index: Int) -> SourcePlace {
        let scalar = min(index, scalarCount)
        let starts = scalarOffsets.isEmpty ? lineOffsets : lineScalars
        let line = SourceText.lastIndex(atMost: scalar, in: starts)
        return SourcePlace(
            offset: offset(ofScalar: scalar), line: firstLine + line,
            column: scalar - Int(starts[line]) + 1)
    }

    private func offset(ofScalar scalar: Int) -> Int {
        if scalarOffsets.isEmpty { return scalar }
        guard scalar < scalarCount else { return bytes.count }
        var offset = Int(scalarOffsets[scalar / SourceText.stride])
        for _ in 0..<(scalar % SourceText.stride) {
            offset += 1
            while bytes[offset] & 0xC0 == 0x80 { offset += 1 }
        }
        return offset
    }

    /// The place of a byte.
    func place(offset: Int) -> SourcePlace {
        let offset = min(max(offset, 0), bytes.count)
        let line = SourceText.lastIndex(atMost: offset, in: lineOffsets)
        let before = bytes[Int(lineOffsets[line])..<offset].count { $0 & 0xC0 != 0x80 }
        return SourcePlace(offset: offset, line: firstLine + line, column: before + 1)
    }

    /// A line without its end, or of a long line the part around a place; what is not UTF-8 reads
    /// U+FFFD.
    struct Piece {
        var scalars: [Unicode.Scalar]
        /// The place's index in `scalars`.
        var place: Int
        var isLineStart: Bool
        var isLineEnd: Bool
    }

    func piece(around place: SourcePlace) -> Piece {
        let reach = 8 * SourceDiagnostic.Excerpt.columns
        let line = place.line - firstLine
        let lineStart = Int(lineOffsets[line])
        var lineEnd = line + 1 < lineOffsets.count ? Int(lineOffsets[line + 1]) : bytes.count
        while lineEnd > lineStart, bytes[lineEnd - 1] == 0x0A || bytes[lineEnd - 1] == 0x0D {
            lineEnd -= 1
        }
        var low = max(lineStart, place.offset - reach)
        while low > lineStart, bytes[low] & 0xC0 == 0x80 { low -= 1 }
        var high = min(lineEnd, place.offset + reach)
        while high < lineEnd, bytes[high] & 0xC0 == 0x80 { high += 1 }
        let text = String(decoding: bytes[low..<max(low, high)], as: UTF8.self)
        let before = String(decoding: bytes[low..<max(low, place.offset)], as: UTF8.self)
        return Piece(
            scalars: Array(text.unicodeScalars), place: before.unicodeScalars.count,
            isLineStart: low == lineStart, isLineEnd: high == lineEnd)
    }

    /// The offset of the n-th line that begins with `%`; nil when there are fewer.
    func lineOfDirective(_ number: Int) -> Int? {
        let lines = lineOffsets.lazy.map(Int.init)
            .filter { $0 < bytes.count && bytes[$0] == UInt8(ascii: "%") }
        return lines.dropFirst(number - 1).first
    }

    /// The offset of the first byte that is not UTF-8; nil when all are.
    var firstInvalidByte: Int? {
        if String(validating: bytes, as: UTF8.self) != nil { return nil }
        var parser = Unicode.UTF8.ForwardParser()
        var rest = bytes.makeIterator()
        var offset = 0
        while true {
            switch parser.parseScalar(from: &rest) {
            case .valid(let scalar): offset += scalar.count
            case .error: return offset
            case .emptyInput: return nil
            }
        }
    }

    private static func lastIndex(atMost value: Int, in sorted: [UInt32]) -> Int {
        var low = 0
        var high = sorted.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if sorted[middle] <= value { low = middle } else { high = middle }
        }
        return low
    }
}
