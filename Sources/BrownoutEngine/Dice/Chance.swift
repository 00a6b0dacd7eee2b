/// A probability as a ratio of integers: exact at 0 and 1, and at every third between.
package struct Chance: Equatable, Sendable {
    /// The ratio's upper number, in lowest terms.
    package let numerator: UInt64
    /// The ratio's lower number, in lowest terms; never 0.
    package let denominator: UInt64

    /// Nil unless `numerator / denominator` lies between 0 and 1.
    package init?(_ numerator: UInt64, outOf denominator: UInt64) {
        guard denominator > 0, numerator <= denominator else { return nil }
        let divisor = Chance.greatestCommonDivisor(numerator, denominator)
        self.numerator = numerator / divisor
        self.denominator = denominator / divisor
    }

    private init(unchecked numerator: UInt64, _ denominator: UInt64) {
        self.numerator = numerator
        self.denominator = denominator
    }

    /// The chance 0. No draw falls under it.
    package static let never = Chance(unchecked: 0, 1)
    /// The chance 1. Every draw falls under it.
    package static let always = Chance(unchecked: 1, 1)

    /// Whether a draw uniform over all 64-bit words falls under this chance.
    ///
    /// `draw * denominator >> 64` is uniform over `0..<denominator`; it is below the numerator for
    /// no draw when the chance is 0 and for every draw when it is 1.
    package func admits(_ draw: UInt64) -> Bool {
        draw.multipliedFullWidth(by: denominator).high < numerator
    }

    /// The chance as a fraction, for display only.
    package var approximation: Double { Double(numerator) / Double(denominator) }

    /// The exact sum, or nil when it exceeds 1 or its denominator does not fit 64 bits.
    package func adding(_ other: Chance) -> Chance? {
        let divisor = Chance.greatestCommonDivisor(denominator, other.denominator)
        let (common, overflow) = denominator.multipliedReportingOverflow(
            by: other.denominator / divisor)
        guard !overflow else { return nil }
        // Neither product overflows: each numerator is at most its denominator.
        let left = numerator * (common / denominator)
        let right = other.numerator * (common / other.denominator)
        let (sum, carried) = left.addingReportingOverflow(right)
        guard !carried else { return nil }
        return Chance(sum, outOf: common)
    }

    private static func greatestCommonDivisor(_ a: UInt64, _ b: UInt64) -> UInt64 {
        var (a, b) = (a, b)
        while b != 0 { (a, b) = (b, a % b) }
        return max(a, 1)
    }
}
