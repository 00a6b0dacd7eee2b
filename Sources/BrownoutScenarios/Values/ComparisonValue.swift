import BrownoutEngine
import BrownoutYAML

/// Reads comparisons: `>= 95%`, `<= 3`, `< 2s`, `<= 0.05 USD`.
enum ComparisonValue {
    /// What people write for a sign that the language has.
    private static let otherSigns = [
        ("=>", ">="), ("=<", "<="), ("≥", ">="), ("≤", "<="), ("=", "=="),
    ]

    /// The comparison that a text of such a grammar stands for. `usual` is what somebody who
    /// writes a bare value probably means; nothing that is measured is below `least`.
    static func read(
        _ text: String, _ grammar: Grammar, usual: Comparison.Relation, least: UInt64
    ) throws(GrammarError) -> Comparison {
        guard let (relation, value) = split(text) else {
            if grammar == .within, text.utf8.first.map(isDigit) ?? false {
                return Comparison(.atMost, .duration(try DurationValue.read(text)))
            }
            throw notAComparison(text, grammar, usual)
        }
        guard !value.isEmpty else {
            throw GrammarError(
                "\(quoted(text)) compares with nothing", allowed: grammar.examples)
        }
        let comparison = Comparison(relation, try bound(value, grammar))
        try refuseImpossible(comparison, text, least)
        return comparison
    }

    private static func split(_ text: String) -> (Comparison.Relation, String)? {
        // The longer signs first: `>` is where `>=` begins.
        let relations = Comparison.Relation.allCases.sorted {
            $0.rawValue.utf8.count > $1.rawValue.utf8.count
        }
        for relation in relations where text.hasPrefix(relation.rawValue) {
            return (relation, trimmed(text.dropFirst(relation.rawValue.count)))
        }
        return nil
    }

    private static func notAComparison(
        _ text: String, _ grammar: Grammar, _ usual: Comparison.Relation
    ) -> GrammarError {
        for (sign, meant) in otherSigns where text.hasPrefix(sign) {
            let rest = trimmed(text.dropFirst(sign.count))
            return GrammarError(
                "\(quoted(text)) is not \(grammar.noun)", nearest: "\(meant) \(rest)",
                allowed: grammar.examples)
        }
        guard (try? bound(text, grammar)) != nil else {
            return GrammarError(text, isNot: grammar)
        }
        return GrammarError(
            "\(quoted(text)) does not say how it compares",
            note: "write \"\(usual.rawValue) \(text)\"")
    }

    // MARK: Bounds

    private static func bound(
        _ text: String, _ grammar: Grammar
    ) throws(GrammarError) -> Comparison.Bound {
        if text.hasPrefix("-"), looksLikeNumber(text.dropFirst().prefix(1)) {
            throw GrammarError("\(quoted(text)) is below 0, as nothing that is measured")
        }
        switch grammar {
        case .timeComparison, .within: return .duration(try DurationValue.read(text))
        case .moneyComparison: return .dollars(try dollars(text))
        case .shareComparison: return .share(try share(text))
        case .amountComparison:
            return text.hasSuffix("%") ? .share(try share(text)) : .number(try count(text))
        case .countComparison: return .number(try count(text))
        default: return .number(try number(text))
        }
    }

    private static func count(_ text: String) throws(GrammarError) -> Ratio {
        guard !text.isEmpty, text.utf8.allSatisfy(isDigit) else {
            throw GrammarError("\(quoted(text)) is not a whole number")
        }
        guard let number = UInt64(text), number <= ScenarioLimits.largestCount else {
            throw GrammarError("\(quoted(text)) is more than \(ScenarioLimits.largestCount)")
        }
        return Ratio(number)
    }

    private static func number(_ text: String) throws(GrammarError) -> Ratio {
        guard let decimal = Decimal(text), let ratio = Ratio(decimal.digits, outOf: decimal.scale)
        else {
            throw looksLikeNumber(text) && text.utf8.count > 18
                ? GrammarError("\(quoted(text)) has too many digits")
                : GrammarError("\(quoted(text)) is not a number")
        }
        return ratio
    }

    private static func share(_ text: String) throws(GrammarError) -> Chance {
        let isPercent = text.hasSuffix("%")
        guard let decimal = Decimal(trimmed(isPercent ? text.dropLast() : text[...])) else {
            throw GrammarError("\(quoted(text)) is not a percentage")
        }
        guard isPercent else {
            throw GrammarError("\(quoted(text)) is not a percentage", nearest: text + "%")
        }
        let (whole, overflow) = decimal.scale.multipliedReportingOverflow(by: 100)
        guard !overflow else { throw GrammarError("\(quoted(text)) has too many digits") }
        guard let share = Chance(decimal.digits, outOf: whole) else {
            throw GrammarError("\(quoted(text)) is more than 100%")
        }
        return share
    }

    private static func dollars(_ text: String) throws(GrammarError) -> Ratio {
        let digits = text.prefix { $0 == "." || $0.utf8.allSatisfy(isDigit) }
        let currency = trimmed(text.dropFirst(digits.count))
        if text.hasPrefix("$") || text.hasSuffix("$") || currency.isEmpty {
            let bare = trimmed(text.filter { $0 != "$" })
            throw GrammarError("\(quoted(text)) names no currency", nearest: "\(bare) USD")
        }
        guard !digits.isEmpty else {
            throw GrammarError("\(quoted(text)) is not an amount of money", allowed: ["0.05 USD"])
        }
        guard currency == "USD" else {
            throw GrammarError(
                "\(quoted(currency)) in \(quoted(text)) is not a currency that prices are in",
                nearest: NearestWord.nearest(to: currency, among: ["usd"]).map { _ in "USD" },
                allowed: ["USD"])
        }
        return try number(String(digits))
    }

    // MARK: Sense

    /// What can never hold is a mistake.
    private static func refuseImpossible(
        _ comparison: Comparison, _ text: String, _ least: UInt64
    ) throws(GrammarError) {
        let (bound, least) = (comparison.bound.ratio, Ratio(least))
        let isTooLow =
            switch comparison.relation {
            case .less: bound <= least
            case .atMost, .equal: bound < least
            case .atLeast, .more: false
            }
        if isTooLow {
            throw GrammarError(
                "\(quoted(text)) can never hold: nothing is less than \(least.numerator) here")
        }
        if case .share(.always) = comparison.bound, comparison.relation == .more {
            throw GrammarError("\(quoted(text)) can never hold: nothing is more than 100%")
        }
    }

    /// Whether a comparison holds whatever is measured.
    static func isCertain(_ comparison: Comparison, least: UInt64) -> Bool {
        let (bound, least) = (comparison.bound.ratio, Ratio(least))
        if case .share(.always) = comparison.bound, comparison.relation == .atMost { return true }
        return switch comparison.relation {
        case .atLeast: bound <= least
        case .more: bound < least
        case .atMost, .less, .equal: false
        }
    }
}
