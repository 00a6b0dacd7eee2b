package import BrownoutEngine

/// The key that markers' digests are made with.
package struct RedactionKey: Equatable, Sendable {
    private let words: (UInt64, UInt64)

    /// The key of everyone who gives none: recordings of one team match on another's machine.
    package static let builtIn = RedactionKey("brownout")

    /// A key from a text of any length, such as the value of `BROWNOUT_REDACTION_KEY`.
    package init(_ text: String) {
        words = (SipHash.word(text), SipHash.word("redaction " + text))
    }

    /// A hash under this key, of nothing yet: a marker combines its kind and value into it.
    package var hash: SipHash { SipHash(key: words.0, words.1) }

    /// Whether both make the same digests. Written by hand, as tuples are not `Equatable`.
    package static func == (one: RedactionKey, other: RedactionKey) -> Bool {
        one.words == other.words
    }
}

/// What stands in a secret's place: `redacted-email-3f9c`.
///
/// It is made of characters that no JSON string, URL, form or header escapes, so it is the same
/// text in all of them. The digest at its end is that of the value, so equal values stay equal
/// and others, but for one pair in 65,536, stay different. It is as short as that on purpose: of
/// the billion social-security numbers some fifteen thousand share each digest, so nobody who
/// knows the key finds a number by trying all.
enum RedactionMarker {
    static let prefix = Array("redacted-".utf8)
    /// Letters of a kind at most.
    static let longestWord = 32
    private static let digestDigits = 4

    static func text(_ kind: SecretKind, _ value: [UInt8], _ key: RedactionKey) -> [UInt8] {
        var hash = key.hash
        hash.combine(kind.word)
        value.withUnsafeBufferPointer { hash.combine($0) }
        let digest = hash.finalize()
        var text = prefix + Array(kind.word.utf8) + [UInt8(ascii: "-")]
        for digit in 0..<UInt64(digestDigits) {
            let nibble = UInt8(truncatingIfNeeded: digest >> (4 * digit) & 0xF)
            text.append(nibble < 10 ? 0x30 + nibble : 0x57 + nibble)
        }
        return text
    }

    /// The end of the marker that begins at `start`; nil where none does.
    static func end(in bytes: UnsafeBufferPointer<UInt8>, at start: Int) -> Int? {
        guard bytes.holds(prefix, at: start) else { return nil }
        let word = start + prefix.count
        var index = word
        while index < bytes.count, index - word <= longestWord, bytes[index].isMarkerLetter {
            index += 1
        }
        let end = index + 1 + digestDigits
        guard index > word, index - word <= longestWord, end <= bytes.count,
            bytes[index] == UInt8(ascii: "-"),
            bytes[(index + 1)..<end].allSatisfy(\.isSmallHexDigit)
        else { return nil }
        return end
    }

    /// The bytes with ``SecretScan/mask`` for every byte of their markers; nil without any.
    static func masked(_ bytes: [UInt8]) -> [UInt8]? {
        var out: [UInt8]?
        bytes.withUnsafeBufferPointer { buffer in
            var index = 0
            while index + prefix.count < buffer.count {
                guard buffer[index] == prefix[0], let end = end(in: buffer, at: index) else {
                    index += 1
                    continue
                }
                var masked = out ?? bytes
                out = nil
                for place in index..<end { masked[place] = SecretScan.mask }
                out = masked
                index = end
            }
        }
        return out
    }
}
