import BrownoutEngine

/// Bytes with one level of escapes undone, and the way back to where each came from.
struct DecodedView {
    /// What was undone.
    enum Form {
        /// The escapes of JSON strings (RFC 8259, 7).
        case json
        /// `%40` (RFC 3986, 2.1).
        case percent
        /// ASCII in two bytes each, as UTF-16 has it in either order: between two letters is a
        /// zero.
        case wide
    }

    /// An escape, here and in what the view was made of. Everything else is as long as there.
    private struct Unit {
        var start: Int32
        var origin: Int32
        var count: UInt8
        var originCount: UInt8
    }

    let form: Form
    private(set) var bytes: [UInt8] = []
    private var units: [Unit] = []

    /// Nil where there is nothing to undo. Quotation marks that are not escaped become
    /// ``SecretScan/barrier`` unless `keepsQuotes`: what is between two of them is one text, and
    /// nothing found may go over its edge. Escaped ones become quotation marks, so JSON within a
    /// JSON string reads like any other.
    init?(_ form: Form, of origin: [UInt8], keepsQuotes: Bool = false) {
        let sign = form.sign
        guard origin.contains(sign), origin.count < Int32.max else { return nil }
        if form == .wide, !Self.isWide(origin) { return nil }
        self.form = form
        bytes.reserveCapacity(origin.count)
        let quote = keepsQuotes ? UInt8(ascii: "\"") : SecretScan.barrier
        origin.withUnsafeBufferPointer { origin in
            var index = 0
            while index < origin.count {
                let byte = origin[index]
                if form == .wide ? byte != 0 && byte < 0x80 : byte == sign {
                    index += undo(origin, at: index)
                } else {
                    bytes.append(byte == UInt8(ascii: "\"") && form != .wide ? quote : byte)
                    index += 1
                }
            }
        }
        if units.isEmpty { return nil }
    }

    /// Undoes the escape at a place, if it is one; how many bytes it took.
    private mutating func undo(_ origin: UnsafeBufferPointer<UInt8>, at place: Int) -> Int {
        let start = bytes.count
        let taken =
            switch form {
            case .json: undoJSON(origin, at: place)
            case .percent: undoPercent(origin, at: place)
            case .wide: undoWide(origin, at: place)
            }
        guard let taken else {
            bytes.append(origin[place])
            return 1
        }
        units.append(
            Unit(
                start: Int32(start), origin: Int32(place), count: UInt8(bytes.count - start),
                originCount: UInt8(taken)))
        return taken
    }

    private mutating func undoWide(
        _ origin: UnsafeBufferPointer<UInt8>, at place: Int
    ) -> Int? {
        guard place + 1 < origin.count, origin[place + 1] == 0 else { return nil }
        bytes.append(origin[place])
        return 2
    }

    /// Letters with a zero behind each that a text has in a row somewhere; chance brings fewer.
    private static let leastWide = 8

    private static func isWide(_ origin: [UInt8]) -> Bool {
        origin.withUnsafeBufferPointer { origin in
            var (index, row) = (0, 0)
            while index + 1 < origin.count {
                let isLetter = origin[index] != 0 && origin[index] < 0x80 && origin[index + 1] == 0
                row = isLetter ? row + 1 : 0
                if row == leastWide { return true }
                index += isLetter ? 2 : 1
            }
            return false
        }
    }

    private mutating func undoPercent(
        _ origin: UnsafeBufferPointer<UInt8>, at place: Int
    ) -> Int? {
        guard place + 2 < origin.count, let high = origin[place + 1].hexValue,
            let low = origin[place + 2].hexValue
        else { return nil }
        bytes.append(high << 4 | low)
        return 3
    }

    private mutating func undoJSON(
        _ origin: UnsafeBufferPointer<UInt8>, at place: Int
    ) -> Int? {
        guard place + 1 < origin.count else { return nil }
        switch origin[place + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"):
            bytes.append(origin[place + 1])
        case UInt8(ascii: "n"): bytes.append(0x0A)
        case UInt8(ascii: "r"): bytes.append(0x0D)
        case UInt8(ascii: "t"): bytes.append(0x09)
        case UInt8(ascii: "b"): bytes.append(0x08)
        case UInt8(ascii: "f"): bytes.append(0x0C)
        case UInt8(ascii: "u"): return undoUnicode(origin, at: place)
        default: return nil
        }
        return 2
    }

    private mutating func undoUnicode(
        _ origin: UnsafeBufferPointer<UInt8>, at place: Int
    ) -> Int? {
        guard let first = Self.codeUnit(origin, at: place) else { return nil }
        if first & 0xFC00 == 0xD800, let second = Self.codeUnit(origin, at: place + 6),
            second & 0xFC00 == 0xDC00
        {
            append(0x10000 + (first & 0x3FF) << 10 + second & 0x3FF)
            return 12
        }
        append(first)
        return 6
    }

    /// The code unit of `\u0040` at a place.
    private static func codeUnit(
        _ origin: UnsafeBufferPointer<UInt8>, at place: Int
    ) -> UInt32? {
        guard origin.holds(Array("\\u".utf8), at: place), place + 6 <= origin.count else {
            return nil
        }
        var value: UInt32 = 0
        for byte in origin[(place + 2)..<(place + 6)] {
            guard let digit = byte.hexValue else { return nil }
            value = value << 4 | UInt32(digit)
        }
        return value
    }

    private mutating func append(_ scalar: UInt32) {
        let scalar = Unicode.Scalar(scalar) ?? "\u{FFFD}"
        bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }

    // MARK: The way back

    /// Whether something was undone in a part of the view or at its edge.
    func touches(_ range: Range<Int>) -> Bool {
        let next = units.firstIndex { Int($0.start) + Int($0.count) >= range.lowerBound }
        return next < units.count && Int(units[next].start) <= range.upperBound
    }

    /// Where a part of the view came from; escapes are whole.
    func origin(of range: Range<Int>) -> Range<Int> {
        let lower = origin(of: range.lowerBound, isEnd: false)
        return lower..<max(lower, origin(of: range.upperBound, isEnd: true))
    }

    private func origin(of place: Int, isEnd: Bool) -> Int {
        // The last escape that begins before, or where, the place is.
        let next = units.firstIndex { Int($0.start) > place }
        guard next > 0 else { return place }
        let unit = units[next - 1]
        let (start, origin) = (Int(unit.start), Int(unit.origin))
        if place == start { return origin }
        if place < start + Int(unit.count) {
            return isEnd ? origin + Int(unit.originCount) : origin
        }
        return place - start - Int(unit.count) + origin + Int(unit.originCount)
    }

    /// A part of the origin without the escapes that its edges cut through: of `\nick`, found in
    /// escaped text from its `n` on, `ick` is meant.
    func withoutCutEscapes(_ range: Range<Int>) -> Range<Int> {
        var (lower, upper) = (range.lowerBound, range.upperBound)
        if let cut = escape(around: lower) { lower = cut.upperBound }
        if let cut = escape(around: upper) { upper = cut.lowerBound }
        return lower..<max(lower, upper)
    }

    /// The escape of the origin that a place is within, not at the edge of.
    private func escape(around place: Int) -> Range<Int>? {
        let next = units.firstIndex { Int($0.origin) >= place }
        guard next > 0 else { return nil }
        let unit = units[next - 1]
        let end = Int(unit.origin) + Int(unit.originCount)
        return place < end ? Int(unit.origin)..<end : nil
    }
}

extension DecodedView.Form {
    /// The byte without which there is nothing to undo.
    fileprivate var sign: UInt8 {
        switch self {
        case .json: UInt8(ascii: "\\")
        case .percent: UInt8(ascii: "%")
        case .wide: 0
        }
    }

    /// A text in this form.
    func escaped(_ text: [UInt8]) -> [UInt8] {
        text.flatMap { byte in
            switch (self, byte) {
            case (.wide, _): [byte, 0]
            case (.json, UInt8(ascii: "\"")), (.json, UInt8(ascii: "\\")):
                [UInt8(ascii: "\\"), byte]
            case (.percent, UInt8(ascii: "\"")): Array("%22".utf8)
            case (.percent, UInt8(ascii: "\\")): Array("%5C".utf8)
            case (.percent, UInt8(ascii: "%")): Array("%25".utf8)
            case (.percent, UInt8(ascii: "+")): Array("%2B".utf8)
            case (.percent, UInt8(ascii: "/")): Array("%2F".utf8)
            case (.percent, UInt8(ascii: "=")): Array("%3D".utf8)
            case (.json, 0x0A): Array("\\n".utf8)
            case (.json, 0x0D): Array("\\r".utf8)
            default: [byte]
            }
        }
    }
}

extension Array {
    /// The first index that `holds` is true of, in an array whose later elements it is true of
    /// too; the count where there is none.
    fileprivate func firstIndex(_ holds: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if holds(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
