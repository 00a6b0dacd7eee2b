import BrownoutEngine

extension Chance {
    /// As a percentage where that is short and exact, else as a fraction: `12.5%`, `1/3`.
    package var written: String {
        let (thousandths, overflow) = numerator.multipliedReportingOverflow(by: 100_000)
        guard !overflow, thousandths % denominator == 0 else {
            return "\(numerator)/\(denominator)"
        }
        let value = thousandths / denominator
        var fraction = String(value % 1000 + 1000).dropFirst()
        while fraction.last == "0" { fraction.removeLast() }
        return "\(value / 1000)\(fraction.isEmpty ? "" : ".")\(fraction)%"
    }

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
