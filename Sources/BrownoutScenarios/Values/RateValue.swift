import BrownoutEngine
import BrownoutYAML

/// Reads rates: `60/min`, `10/30s`.
enum RateValue {
    /// The words for a period of one; the first of each is how it is written.
    private static let periods: [(words: [String], period: LimitRate.Period)] = [
        (["s", "sec", "second"], .second), (["min", "m", "minute"], .minute),
        (["h", "hour"], .hour), (["day", "d"], .day),
    ]

    static let words = periods.flatMap(\.words)

    static func read(_ text: String) throws(GrammarError) -> LimitRate {
        guard let (left, right) = DurationValue.split(text, at: "/") else {
            let units = periods.compactMap(\.words.first)
            throw text.utf8.allSatisfy(isDigit)
                ? GrammarError(
                    "\(quoted(text)) does not say in what time",
                    allowed: units.map { "\(text)/\($0)" })
                : GrammarError(text, isNot: .rate)
        }
        let amount = try amount(left, of: text)
        let period = try period(right, of: text)
        guard let rate = LimitRate(amount, per: period) else {
            throw GrammarError(
                amount == 0
                    ? "\(quoted(text)) lets nothing through" : "\(quoted(text)) is in no time",
                note: amount == 0 ? "a rule with a fault refuses everything" : nil)
        }
        return rate
    }

    private static func amount(_ text: String, of whole: String) throws(GrammarError) -> Int {
        guard !text.isEmpty, text.utf8.allSatisfy(isDigit) else {
            guard looksLikeNumber(text) else { throw GrammarError(whole, isNot: .rate) }
            throw GrammarError(
                "\(quoted(whole)): \(quoted(text)) is not a whole number from 1",
                note: "a rate is a whole number in a time, for example 3/2s")
        }
        guard let amount = Int(text), amount <= ScenarioLimits.largestCount else {
            throw GrammarError("\(quoted(whole)) is more than \(ScenarioLimits.largestCount)")
        }
        return amount
    }

    private static func period(_ text: String, of whole: String) throws(GrammarError) -> Duration {
        if let named = periods.first(where: { $0.words.contains(text) }) {
            return .nanoseconds(named.period.rawValue)
        }
        if let first = text.utf8.first, isDigit(first) { return try DurationValue.read(text) }
        let singular =
            text.lowercased().hasSuffix("s") ? String(text.lowercased().dropLast()) : text
        throw GrammarError(
            "\(quoted(whole)): \(quoted(text)) is not a time",
            nearest: words.contains(singular.lowercased())
                ? singular.lowercased() : NearestWord.nearest(to: text, among: words),
            allowed: words + ["30s"])
    }
}
