// Named Unsafe because a span of raw bytes calls every load unsafe. These read only integers, which
// any bits make up. Single loads check their place against the bounds. The searches check the range
// they are given, once, and load nothing but what lies in it.

extension RawSpan {
    /// The byte at a place within the bounds.
    @inline(__always)
    subscript(place: Int) -> UInt8 {
        unsafeLoad(fromByteOffset: place, as: UInt8.self)
    }

    /// Eight bytes from a place within the bounds, the first of them the lowest.
    @inline(__always)
    func word(at place: Int) -> UInt64 {
        UInt64(littleEndian: unsafeLoadUnaligned(fromByteOffset: place, as: UInt64.self))
    }

    /// Four bytes from a place within the bounds, the first of them the lowest.
    @inline(__always)
    func halfWord(at place: Int) -> UInt32 {
        UInt32(littleEndian: unsafeLoadUnaligned(fromByteOffset: place, as: UInt32.self))
    }

    /// The place of the first byte of a range that is of a set no longer; the range's end where
    /// all are of it. Eight bytes are looked at in one go.
    @inline(__always)
    func end<Bytes: HeadByteSet>(of set: Bytes.Type, from start: Int, to end: Int) -> Int {
        precondition(0 <= start && start <= end && end <= byteCount)
        var place = start
        while place + 8 <= end {
            let word = UInt64(
                littleEndian: unsafeLoadUnaligned(
                    fromUncheckedByteOffset: place, as: UInt64.self))
            let marks = Bytes.marks(of: word)
            place += marks.trailingZeroBitCount / 8
            guard marks != 0 else { continue }
            guard Bytes.contains(unsafeLoad(fromUncheckedByteOffset: place, as: UInt8.self)) else {
                return place
            }
            place += 1
        }
        while place < end,
            Bytes.contains(unsafeLoad(fromUncheckedByteOffset: place, as: UInt8.self))
        {
            place += 1
        }
        return place
    }

    /// The bytes of a range within the bounds as text. What is not UTF-8 is replaced.
    func text(_ range: Range<Int>) -> String {
        extracting(range).withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    }

    /// Whether a range within the bounds holds a word, without regard to case. The word is ASCII in
    /// lower case.
    func isWord(_ letters: some Collection<UInt8>, at range: Range<Int>) -> Bool {
        guard letters.count == range.count else { return false }
        var place = range.lowerBound
        for letter in letters {
            let byte = self[place]
            let isUpperCase = UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte
            guard (isUpperCase ? byte | 0x20 : byte) == letter else { return false }
            place += 1
        }
        return true
    }
}
