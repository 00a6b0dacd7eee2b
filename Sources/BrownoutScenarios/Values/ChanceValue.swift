import BrownoutEngine
import BrownoutYAML

/// Reads chances as exact ratios: `30%`, `12.5%`, `1/3`, `0.3`, `0`, `1`.
enum ChanceValue {
    static func read(_ text: String) throws(GrammarError) -> Chance {
        if text.hasPrefix("-"), looksLikeNumber(text.dropFirst().prefix(1)) {
            throw GrammarError("a chance of \(quoted(text)) is below 0")
        }
        if let (over, under) = DurationValue.split(text, at: "/") {
            guard let top = Decimal(over), let bottom = Decimal(under), top.places == 0,
                bottom.places == 0
            else { throw GrammarError(text, isNot: .chance) }
            guard bottom.digits > 0 else { throw GrammarError("\(quoted(text)) divides by 0") }
            guard let chance = Chance(top.digits, outOf: bottom.digits) else {
                throw GrammarError("a chance of \(quoted(text)) is more than 1")
            }
            return chance
        }
        let isPercent = text.hasSuffix("%")
        let number = isPercent ? trimmed(text.dropLast()) : text
        guard let decimal = Decimal(number) else { throw notAChance(text, number) }
        let (whole, overflow) = decimal.scale.multipliedReportingOverflow(by: isPercent ? 100 : 1)
        guard !overflow else { throw GrammarError("\(quoted(text)) has too many digits") }
        if let chance = Chance(decimal.digits, outOf: whole) { return chance }
        if isPercent { throw GrammarError("a chance of \(quoted(text)) is more than 100%") }
        let percentage = Chance(decimal.digits, outOf: whole * 100) == nil ? nil : text + "%"
        throw GrammarError(
            "a chance of \(quoted(text)) is more than 1", nearest: percentage,
            allowed: Grammar.chance.examples)
    }

    private static func notAChance(_ text: String, _ number: String) -> GrammarError {
        looksLikeNumber(number) && number.utf8.count > 18
            ? GrammarError("\(quoted(text)) has too many digits")
            : GrammarError(text, isNot: .chance)
    }
}

/// What comes of adding a branch to the branches before it.
enum ChanceSum {
    case fits(Chance)
    case exceedsOne
    /// The exact sum needs a denominator beyond 64 bits.
    case tooFine

    init(_ sum: Chance, adding next: Chance) {
        if let total = sum.adding(next) {
            self = .fits(total)
            return
        }
        // next > 1 - sum, in products of twice the width.
        let left = next.numerator.multipliedFullWidth(by: sum.denominator)
        let room = sum.denominator - sum.numerator
        let right = room.multipliedFullWidth(by: next.denominator)
        self = (left.high, left.low) > (right.high, right.low) ? .exceedsOne : .tooFine
    }
}
