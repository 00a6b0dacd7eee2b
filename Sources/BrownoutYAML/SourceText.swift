/// A place in a file. Line and column count from 1, the column in Unicode scalars; the offset
/// counts bytes from 0.
package struct SourcePlace: Equatable, Sendable, Comparable {
    package var offset: Int
    package var line: Int
    package var column: Int

    package init(offset: Int, line: Int, column: Int) {
        self.offset = offset
        self.line = line
        self.column = column
    }

    package static func < (left: SourcePlace, right: SourcePlace) -> Bool {
        left.offset < right.offset
    }
}

/// A stretch of a file; the end is not part of it.
package struct SourceSpan: Equatable, Sendable {
    package var start: SourcePlace
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
    private let lineOffsets: [Int]
    /// The same in scalars.
    private let lineScalars: [Int]
    /// The byte offset of every scalar; empty where every scalar is one byte.
    private let scalarOffsets: [Int]

    /// A byte order mark at the beginning is dropped.
    init(_ raw: [UInt8], firstLine: Int = 1) {
        self.firstLine = firstLine
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        bytes = raw.starts(with: mark) ? Array(raw.dropFirst(3)) : raw
        var lineOffsets = [0]
        var lineScalars = [0]
        var scalarOffsets: [Int] = []
        let isASCII = bytes.allSatisfy { $0 < 0x80 }
        var scalars = 0
        for (offset, byte) in bytes.enumerated() {
            if byte & 0xC0 != 0x80 {
                if !isASCII { scalarOffsets.append(offset) }
                scalars += 1
            }
            // A line ends with LF, CR LF, or CR alone.
            let next = offset + 1 < bytes.count ? bytes[offset + 1] : 0
            if byte == 0x0A || (byte == 0x0D && next != 0x0A) {
                lineOffsets.append(offset + 1)
                lineScalars.append(scalars)
            }
        }
        if !isASCII { scalarOffsets.append(bytes.count) }
        self.lineOffsets = lineOffsets
        self.lineScalars = lineScalars
        self.scalarOffsets = scalarOffsets
    }

    /// The place of the scalar with this index from 0; past the end, the end.
    func place(scalar index: Int) -> SourcePlace {
        let offset: Int
        let scalar: Int
        if scalarOffsets.isEmpty {
            scalar = min(index, bytes.count)
            offset = scalar
        } else {
            scalar = min(index, scalarOffsets.count - 1)
            offset = scalarOffsets[scalar]
        }
        let line = SourceText.lastIndex(atMost: scalar, in: lineScalars)
        return SourcePlace(
            offset: offset, line: firstLine + line, column: scalar - lineScalars[line] + 1)
    }

    /// The place of a byte.
    func place(offset: Int) -> SourcePlace {
        let offset = min(max(offset, 0), bytes.count)
        let line = SourceText.lastIndex(atMost: offset, in: lineOffsets)
        let before = bytes[lineOffsets[line]..<offset].count { $0 & 0xC0 != 0x80 }
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
        let lineStart = lineOffsets[line]
        var lineEnd = line + 1 < lineOffsets.count ? lineOffsets[line + 1] : bytes.count
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
        let lines = lineOffsets.filter { $0 < bytes.count && bytes[$0] == UInt8(ascii: "%") }
        return lines.count >= number ? lines[number - 1] : nil
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

    private static func lastIndex(atMost value: Int, in sorted: [Int]) -> Int {
        var low = 0
        var high = sorted.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if sorted[middle] <= value { low = middle } else { high = middle }
        }
        return low
    }
}
