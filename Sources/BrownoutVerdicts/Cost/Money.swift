package import BrownoutEngine
package import BrownoutJSON

/// An amount of US dollars. It is a whole number of femtodollars (10⁻¹⁵), in which the price of one
/// token is exact, and so is every sum of tokens.
package struct Money: Equatable, Comparable, Sendable {
    /// The amount.
    package private(set) var femtodollars: UInt128

    /// Nothing.
    package static let zero = Money(femtodollars: 0)

    private static let dollar: UInt128 = 1_000_000_000_000_000

    package init(femtodollars: UInt128) {
        self.femtodollars = femtodollars
    }

    /// Whether the left amount is smaller.
    package static func < (left: Money, right: Money) -> Bool {
        left.femtodollars < right.femtodollars
    }

    /// Both together.
    package static func + (left: Money, right: Money) -> Money {
        Money(femtodollars: left.femtodollars + right.femtodollars)
    }

    /// Adds the right amount to the left.
    package static func += (left: inout Money, right: Money) {
        left.femtodollars += right.femtodollars
    }

    /// The dollars in decimal digits, all of them: `0.0125`.
    package var decimal: String {
        let (whole, rest) = femtodollars.quotientAndRemainder(dividingBy: Money.dollar)
        guard rest > 0 else { return String(whole) }
        var digits = String(String(rest + Money.dollar).dropFirst())
        while digits.hasSuffix("0") { digits.removeLast() }
        return "\(whole).\(digits)"
    }

    /// The same with the currency.
    package var text: String { decimal + " USD" }

    /// The dollars as a number.
    package var json: JSON { .number(JSONNumber(text: decimal)) }

    /// The dollars as bounds are compared with. Amounts beyond 18,446 dollars lose their last
    /// digits, which are far below what anything costs.
    package var ratio: Ratio {
        var (numerator, denominator) = (femtodollars, Money.dollar)
        while numerator > UInt128(UInt64.max), denominator > 1 {
            numerator /= 10
            denominator /= 10
        }
        let dollars = UInt64(clamping: numerator)
        return Ratio(dollars, outOf: UInt64(denominator)) ?? Ratio(dollars)
    }
}
