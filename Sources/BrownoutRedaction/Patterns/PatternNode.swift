/// A set of bytes.
struct ByteSet: Equatable, Sendable {
    private var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

    init() {}

    init(_ ranges: ClosedRange<UInt8>...) {
        for range in ranges { for byte in range { insert(byte) } }
    }

    static let digits = ByteSet(0x30...0x39)
    static let words = ByteSet(0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A)
    static let spaces = ByteSet(0x09...0x0D, 0x20...0x20)
    static let ascii = ByteSet(0...0x7F)

    @inline(__always)
    func contains(_ byte: UInt8) -> Bool {
        let bit = UInt64(1) << UInt64(byte & 63)
        return switch byte >> 6 {
        case 0: words.0 & bit != 0
        case 1: words.1 & bit != 0
        case 2: words.2 & bit != 0
        default: words.3 & bit != 0
        }
    }

    mutating func insert(_ byte: UInt8) {
        let bit = UInt64(1) << UInt64(byte & 63)
        switch byte >> 6 {
        case 0: words.0 |= bit
        case 1: words.1 |= bit
        case 2: words.2 |= bit
        default: words.3 |= bit
        }
    }

    mutating func formUnion(_ other: ByteSet) {
        words.0 |= other.words.0
        words.1 |= other.words.1
        words.2 |= other.words.2
        words.3 |= other.words.3
    }

    /// The members of ASCII that are not in the set.
    var otherASCII: ByteSet {
        var set = ByteSet()
        for byte in UInt8(0)...0x7F where !contains(byte) { set.insert(byte) }
        return set
    }

    /// With the letters of the other size.
    var withBothSizes: ByteSet {
        var set = self
        for byte in UInt8(0)...0x7F where byte.isLetter && contains(byte) {
            set.insert(byte ^ 0x20)
        }
        return set
    }

    static func == (one: ByteSet, other: ByteSet) -> Bool { one.words == other.words }
}

/// A part of an expression, in bytes.
indirect enum PatternNode: Equatable, Sendable {
    case one(ByteSet)
    case sequence([PatternNode])
    case alternatives([PatternNode])
    /// `most` is nil without an upper end.
    case repeated(PatternNode, least: Int, most: Int?)
    case boundary(isNegated: Bool)

    /// Whether it fits a text without any bytes.
    var matchesNothing: Bool {
        switch self {
        case .one: false
        case .sequence(let nodes): nodes.allSatisfy(\.matchesNothing)
        case .alternatives(let nodes): nodes.contains(where: \.matchesNothing)
        case .repeated(let node, let least, _): least == 0 || node.matchesNothing
        case .boundary: true
        }
    }

    /// One character: a member of the set, or any beyond ASCII (RFC 3629, 4).
    static func character(_ set: ByteSet) -> PatternNode {
        let tail = PatternNode.one(ByteSet(0x80...0xBF))
        return .alternatives([
            .one(set), .sequence([.one(ByteSet(0xC2...0xDF)), tail]),
            .sequence([.one(ByteSet(0xE0...0xEF)), tail, tail]),
            .sequence([.one(ByteSet(0xF0...0xF4)), tail, tail, tail]),
        ])
    }

    /// The bytes of a character.
    static func literal(_ scalar: Unicode.Scalar) -> PatternNode {
        let bytes = Array(String(scalar).utf8).map { PatternNode.one(ByteSet($0...$0)) }
        return bytes.count == 1 ? bytes[0] : .sequence(bytes)
    }
}
