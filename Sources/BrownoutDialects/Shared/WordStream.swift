import BrownoutEngine

/// Words that look random and follow from one word: ids, fingerprints, padding, made-up text.
///
/// SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014)
/// whose seed is a draw or an exchange's word: a SipHash result already, so a quick mixer is
/// enough, and a whole id costs less than one more SipHash.
package struct WordStream: Sendable {
    private var state: UInt64

    init(_ exchange: ExchangeID, salt: Salt, index: Int = 0) {
        state = exchange.word ^ salt.rawValue &+ UInt64(truncatingIfNeeded: index) << 32
    }

    package init(state: UInt64) {
        self.state = state
    }

    /// What the words are for, so that no two uses of an exchange share them.
    enum Salt: UInt64 {
        case completion = 0x1F83_D9AB_FB41_BD6B
        case created = 0x5BE0_CD19_137E_2179
        case toolCall = 0x9B05_688C_2B3E_6C1F
        case message = 0x510E_527F_ADE6_82D1
        case signature = 0xA54F_F53A_5F1D_36F1
        case textCompletion = 0xCBBB_9D5D_C105_9ED8
        case moderation = 0x629A_292A_367C_D507
        case logprobs = 0x243F_6A88_85A3_08D3
        case durations = 0xA409_3822_299F_31D0
        case context = 0x082E_FA98_EC4E_6C89
        case obfuscation = 0x3C6E_F372_FE94_F82B
    }

    /// The next word: 64 bits, all values as likely as each other.
    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
        return word ^ word >> 31
    }

    /// A number in `0..<bound`; `bound` must be positive.
    package mutating func below(_ bound: Int) -> Int {
        Dice.below(bound, next())
    }

    /// A text of `length` letters and digits behind a prefix.
    mutating func text(_ prefix: StaticString, length: Int) -> String {
        let head = prefix.utf8CodeUnitCount
        return String(unsafeUninitializedCapacity: head + length) { buffer in
            for index in 0..<head { buffer[index] = prefix.utf8Start[index] }
            var word: UInt64 = 0
            for index in 0..<length {
                // Ten digits a word: 62^10 stays well below 2^64.
                if index % 10 == 0 { word = next() }
                buffer[head + index] = Alphabet.letter(Int(word % 62))
                word /= 62
            }
            return head + length
        }
    }
}

/// The digits that providers write ids with.
enum Alphabet {
    private static let alphanumeric: StaticString =
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

    /// The base62 digit of a value below 62.
    @inline(__always)
    static func letter(_ value: Int) -> UInt8 {
        precondition(value < 62, "a base62 digit")
        return alphanumeric.utf8Start[value]
    }

    /// The value of a base62 digit; nil for any other byte.
    static func value(of letter: UInt8) -> UInt64? {
        switch letter {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(letter - UInt8(ascii: "0"))
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt64(letter - UInt8(ascii: "A") + 10)
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt64(letter - UInt8(ascii: "a") + 36)
        default: nil
        }
    }

    /// The lower-case hexadecimal digit of a value below 16.
    @inline(__always)
    static func hexDigit(_ value: UInt64) -> UInt8 {
        let low = UInt8(truncatingIfNeeded: value & 0xF)
        return low < 10 ? UInt8(ascii: "0") + low : UInt8(ascii: "a") + low - 10
    }

    /// The value of a digit as ``hexDigit(_:)`` writes it; nil for any other sign.
    static func value(ofHexDigit digit: UInt8) -> UInt64? {
        (0x41...0x46).contains(digit) ? nil : digit.hexValue.map(UInt64.init)
    }
}
