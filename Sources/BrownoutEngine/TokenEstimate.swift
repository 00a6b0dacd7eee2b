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
        var count = 0
        forEachEnd(text) { _ in count += 1 }
        return count
    }

    /// The offset in UTF-8 at which each token of a text ends.
    package static func ends(_ text: String) -> [Int32] {
        var ends: [Int32] = []
        ends.reserveCapacity(text.utf8.count / 4 + 1)
        forEachEnd(text) { ends.append(Int32(truncatingIfNeeded: $0)) }
        return ends
    }

    private static func forEachEnd(_ text: String, _ visit: (Int) -> Void) {
        var text = text
        text.withUTF8 { utf8 in
            var index = 0
            while index < utf8.count {
                index = tokenEnd(utf8, from: index)
                visit(index)
            }
        }
    }

    private static func tokenEnd(_ utf8: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        var index = start
        let space = utf8[index] == UInt8(ascii: " ")
        if space { index += 1 }
        var run = 0
        while index < utf8.count, run < longestRun {
            let width = letterWidth(utf8, at: index)
            if width == 0 { break }
            index += width
            run += 1
        }
        if run > 0 || space { return index }
        return min(start + scalarWidth(utf8[start]), utf8.count)
    }

    /// The width in bytes of the letter or digit at an index; 0 where there is none. Two-byte
    /// scalars (Latin with accents, Greek, Cyrillic, Hebrew, Arabic) count as letters.
    private static func letterWidth(_ utf8: UnsafeBufferPointer<UInt8>, at index: Int) -> Int {
        switch utf8[index] {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"):
            1
        case 0xC3...0xDF: index + 1 < utf8.count ? 2 : 0
        default: 0
        }
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
