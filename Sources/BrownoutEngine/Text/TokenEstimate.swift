/// The one estimate of tokens that Brownout uses, for prompts, limits and streams alike.
///
/// A token is a run of up to ten letters or digits with one space before it, if there is one; a
/// longer run is several. Every other scalar (punctuation, a further space, a CJK or other
/// non-alphabetic scalar, an emoji) is a token of its own. English comes out near the 4
/// characters a token that providers state.
package enum TokenEstimate {
    /// Letters or digits that one token holds at most.
    private static let longestRun = 10

    /// The number of tokens of a text.
    package static func count(_ text: String) -> Int {
        var text = text
        return text.withUTF8 { count($0) }
    }

    /// The number of tokens of a text that is there as UTF-8.
    package static func count(_ utf8: UnsafeBufferPointer<UInt8>) -> Int {
        var count = 0
        forEachEnd(utf8) { _ in count += 1 }
        return count
    }

    /// The offset in UTF-8 at which each token of a text ends.
    package static func ends(_ text: String) -> [Int32] {
        var ends: [Int32] = []
        ends.reserveCapacity(text.utf8.count / 4 + 1)
        var text = text
        text.withUTF8 { utf8 in
            forEachEnd(utf8) { ends.append(Int32(truncatingIfNeeded: $0)) }
        }
        return ends
    }

    private static func forEachEnd(
        _ utf8: UnsafeBufferPointer<UInt8>, _ visit: (Int) -> Void
    ) {
        var index = 0
        while index < utf8.count {
            index = tokenEnd(utf8, from: index)
            visit(index)
        }
    }

    private static func tokenEnd(_ utf8: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        var index = start
        let space = utf8[index] == UInt8(ascii: " ")
        if space { index += 1 }
        let letters = index
        let limit = min(index &+ longestRun, utf8.count)
        if index &+ 8 <= limit { index &+= plainLetters(utf8, at: index) }
        while index < limit, isPlainLetter(utf8[index]) { index &+= 1 }
        if index < limit, utf8[index] >= 0x80 {
            index = runEnd(utf8, from: index, longest: longestRun &- (index &- letters))
        }
        if index > letters || space { return index }
        return min(start + scalarWidth(utf8[start]), utf8.count)
    }

    /// The end of a run with letters beyond ASCII, of which it holds so many at most.
    private static func runEnd(
        _ utf8: UnsafeBufferPointer<UInt8>, from start: Int, longest: Int
    ) -> Int {
        var index = start
        for _ in 0..<longest where index < utf8.count {
            let width = isPlainLetter(utf8[index]) ? 1 : longLetterWidth(utf8, at: index)
            if width == 0 { break }
            index += width
        }
        return index
    }

    /// Whether a byte is an ASCII letter or digit: nearly every byte of nearly every prompt.
    @inline(__always)
    private static func isPlainLetter(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte &- UInt8(ascii: "0") < 10
    }

    /// How many ASCII letters and digits stand at an index, of eight bytes that must be there:
    /// most words have no more, and are counted in one step.
    @inline(__always)
    private static func plainLetters(
        _ utf8: UnsafeBufferPointer<UInt8>, at index: Int
    ) -> Int {
        let raw = UnsafeRawBufferPointer(utf8)
        let word = raw.loadUnaligned(fromByteOffset: index, as: UInt64.self).littleEndian
        // In each byte, the high bit of a sum says whether it is beyond a limit.
        let bytes = word & each(0x7F)
        let small = bytes | each(0x20)
        let letters = (small &+ each(0x1F)) & ~(small &+ each(0x05))
        let digits = (bytes &+ each(0x50)) & ~(bytes &+ each(0x46))
        let others = ~((letters | digits) & ~word) & each(0x80)
        return others.trailingZeroBitCount / 8
    }

    /// Eight times the same byte.
    @inline(__always)
    private static func each(_ byte: UInt64) -> UInt64 { byte &* 0x0101_0101_0101_0101 }

    /// The width in bytes of the letter at an index that is not ASCII; 0 where there is none.
    /// Two-byte scalars (Latin with accents, Greek, Cyrillic, Hebrew, Arabic) count as letters.
    private static func longLetterWidth(
        _ utf8: UnsafeBufferPointer<UInt8>, at index: Int
    ) -> Int {
        (0xC3...0xDF).contains(utf8[index]) && index + 1 < utf8.count ? 2 : 0
    }

    private static func scalarWidth(_ first: UInt8) -> Int {
        switch first {
        case 0..<0x80: 1
        case 0x80..<0xE0: 2
        case 0xE0..<0xF0: 3
        default: 4
        }
    }
}
