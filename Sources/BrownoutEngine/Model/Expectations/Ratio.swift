/// A number that is not negative, as a ratio of integers: what was measured and what is wanted are
/// compared exactly.
package struct Ratio: Equatable, Comparable, Sendable {
    /// The ratio's upper number, in lowest terms.
    package let numerator: UInt64
    /// The ratio's lower number, in lowest terms; never 0.
    package let denominator: UInt64

    /// Nil where the denominator is 0.
    package init?(_ numerator: UInt64, outOf denominator: UInt64) {
        guard denominator > 0 else { return nil }
        var (a, b) = (numerator, denominator)
        while b != 0 { (a, b) = (b, a % b) }
        self.numerator = numerator / a
        self.denominator = denominator / a
    }

    /// A whole number.
    package init(_ number: UInt64) {
        numerator = number
        denominator = 1
    }

    /// The ratio that a share is.
    package init(_ share: Chance) {
        numerator = share.numerator
        denominator = share.denominator
    }

    /// Whether the left number is smaller, without any rounding.
    package static func < (left: Ratio, right: Ratio) -> Bool {
        let mine = left.numerator.multipliedFullWidth(by: right.denominator)
        let other = right.numerator.multipliedFullWidth(by: left.denominator)
        return (mine.high, mine.low) < (other.high, other.low)
    }

    /// The number as a fraction, for display only.
    package var approximation: Double { Double(numerator) / Double(denominator) }
}
