import BrownoutEngine

extension Chance {
    /// What is left of 1.
    var complement: Chance {
        Chance(denominator - numerator, outOf: denominator) ?? .never
    }

    /// The exact product; nil when it does not fit 64 bits.
    func multiplied(by other: Chance) -> Chance? {
        let (top, topOverflow) = numerator.multipliedReportingOverflow(by: other.numerator)
        let (bottom, bottomOverflow) = denominator.multipliedReportingOverflow(
            by: other.denominator)
        return topOverflow || bottomOverflow ? nil : Chance(top, outOf: bottom)
    }
}
