/// Draws that are the same on any day and machine: SplitMix64 (Steele, Lea and Flood, 2014).
package struct Draws: RandomNumberGenerator {
    private var state: UInt64

    package init(_ seed: UInt64) {
        state = seed
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
        return word ^ word >> 31
    }

    package mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

    package mutating func one<Element>(of all: [Element]) -> Element { all[below(all.count)] }

    package mutating func text(_ count: Int, of letters: String = Self.all) -> String {
        let letters = Array(letters)
        return String((0..<count).map { _ in letters[below(letters.count)] })
    }

    package mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
    }

    /// A number of so many digits, the first of which is not 0.
    package mutating func number(_ digits: Int) -> String {
        text(1, of: "123456789") + text(digits - 1, of: Self.digits)
    }

    package static let small = "abcdefghijklmnopqrstuvwxyz"
    package static let capitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    package static let digits = "0123456789"
    package static let all = small + capitals + digits
}
