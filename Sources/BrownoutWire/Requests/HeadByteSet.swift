/// The bytes that may stand at a place of a request's head. Each set is a part of what llhttp takes
/// there, so that nothing is taken that it would refuse.
protocol HeadByteSet {
    static func contains(_ byte: UInt8) -> Bool

    /// Sets the eighth bit of each byte of a word that is not of the set, or may not be.
    static func marks(of word: UInt64) -> UInt64
}

/// What a field's name consists of (RFC 9110, 5.6.2).
enum TokenBytes: HeadByteSet {
    /// Those below 64: digits and some marks.
    private static let low: UInt64 = 0x03FF_6CFA_0000_0000
    /// Those from 64 to 127: letters and some marks.
    private static let high: UInt64 = 0x57FF_FFFF_C7FF_FFFE

    @inline(__always)
    static func contains(_ byte: UInt8) -> Bool {
        let set = byte & 0x40 == 0 ? low : high
        return byte < 0x80 && set >> UInt64(byte & 0x3F) & 1 == 1
    }

    /// Takes letters, digits and hyphens in one go, as nearly all names have no others.
    @inline(__always)
    static func marks(of word: UInt64) -> UInt64 {
        let bytes = EightBytes(word)
        let letters = EightBytes(word | EightBytes.each(0x20)).are(in: 0x61...0x7A)
        return bytes.marks(but: letters | bytes.are(in: 0x30...0x39) | bytes.are(0x2D))
    }
}

/// What a target consists of: printable ASCII without a space, and without the sign of a fragment,
/// which belongs to no request.
enum TargetBytes: HeadByteSet {
    @inline(__always)
    static func contains(_ byte: UInt8) -> Bool {
        0x21...0x7E ~= byte && byte != UInt8(ascii: "#")
    }

    @inline(__always)
    static func marks(of word: UInt64) -> UInt64 {
        let bytes = EightBytes(word)
        return bytes.marks(but: bytes.are(in: 0x21...0x7E) & ~bytes.are(0x23))
    }
}

/// What a value consists of: printable ASCII and spaces.
enum ValueBytes: HeadByteSet {
    @inline(__always)
    static func contains(_ byte: UInt8) -> Bool { 0x20...0x7E ~= byte }

    @inline(__always)
    static func marks(of word: UInt64) -> UInt64 {
        let bytes = EightBytes(word)
        return bytes.marks(but: bytes.are(in: 0x20...0x7E))
    }
}

/// Eight bytes that are compared in one go. Of each only seven bits are added to others, so that
/// the eighth is the answer and nothing is carried into the next byte.
private struct EightBytes {
    private let word: UInt64
    private let low: UInt64

    @inline(__always)
    init(_ word: UInt64) {
        self.word = word
        low = word & EightBytes.each(0x7F)
    }

    @inline(__always)
    static func each(_ byte: UInt8) -> UInt64 { 0x0101_0101_0101_0101 &* UInt64(byte) }

    /// Sets the eighth bit of each byte whose low bits are in a range, and no bits that count
    /// beside them. The range begins at 1 or above.
    @inline(__always)
    func are(in range: ClosedRange<UInt8>) -> UInt64 {
        let atLeast = low &+ EightBytes.each(0x80 - range.lowerBound)
        let above = low &+ EightBytes.each(0x7F - range.upperBound)
        return atLeast & ~above
    }

    /// The same of bytes whose low bits are one's.
    @inline(__always)
    func are(_ byte: UInt8) -> UInt64 {
        ~((low ^ EightBytes.each(byte)) &+ EightBytes.each(0x7F))
    }

    /// The eighth bit of each byte that was not found, and of each from 128 on.
    @inline(__always)
    func marks(but found: UInt64) -> UInt64 { (~found | word) & EightBytes.each(0x80) }
}
