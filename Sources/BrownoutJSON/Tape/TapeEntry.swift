/// What a tape notes of one value, or of one member's name, which is an entry of kind `string` in
/// front of its value's. Eight bytes, as there are many.
@usableFromInline
package struct TapeEntry: Sendable {
    /// JSON's kinds, with the two truth values told apart.
    @usableFromInline
    package enum Kind: UInt32, Sendable {
        case null
        case no
        case yes
        case number
        case string
        case array
        case object
    }

    /// Of an array or object the place on the tape of what follows it; while it is read, that of
    /// the one it stands in. Of anything else the bytes of the text before it, which for a string
    /// is before its first character, behind its quote.
    @usableFromInline package var place: UInt32
    /// From the lowest bit: three of the kind, one of what is plain, the rest of the length.
    @usableFromInline package var mark: UInt32

    /// The largest length there is room for.
    static let longest = 1 << 28 - 1
    /// What one more element adds to ``mark``.
    static let one: UInt32 = 16

    @inlinable
    init(_ kind: Kind, isPlain: Bool = true, place: Int, length: Int = 0) {
        self.place = UInt32(truncatingIfNeeded: place)
        mark = UInt32(truncatingIfNeeded: length) << 4 | (isPlain ? 8 : 0) | kind.rawValue
    }

    /// What it is.
    @inlinable @inline(__always)
    package var kind: Kind { Kind(rawValue: mark & 7) ?? .null }

    /// Of a string: its bytes in the text are those that it stands for. Of a number: it is digits
    /// and a sign. An escape, a fraction or an exponent makes it untrue.
    @inlinable
    package var isPlain: Bool { mark & 8 != 0 }

    /// Of a string or number the bytes in the text; of an array the elements, of an object the
    /// members.
    @inlinable
    package var length: Int { Int(mark >> 4) }

    /// The place on the tape of what follows an entry at a place.
    @inlinable
    package func end(at index: Int) -> Int {
        mark & 7 < Kind.array.rawValue ? index &+ 1 : Int(place)
    }
}
