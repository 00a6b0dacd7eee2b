import BrownoutEngine
import BrownoutYAML

/// Reads durations, stretches of time and counts.
enum DurationValue {
    private static let units: [(name: String, nanoseconds: UInt64)] = [
        ("us", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000), ("m", 60_000_000_000),
        ("h", 3_600_000_000_000), ("d", 86_400_000_000_000),
    ]

    private static let unitNames = units.map(\.name)

    static func read(
        _ text: some StringProtocol, longest: Duration = ScenarioLimits.longestDuration
    ) throws(GrammarError) -> Duration {
        let number = String(text.prefix { $0 == "." || $0.utf8.allSatisfy(isDigit) })
        let unit = trimmed(text.dropFirst(number.count))
        if text.hasPrefix("-"), looksLikeNumber(text.dropFirst().prefix(1)) {
            throw GrammarError("\(quoted(String(text))): a duration cannot be negative")
        }
        guard !number.isEmpty else { throw GrammarError(text, isNot: .duration) }
        guard !unit.isEmpty else {
            throw GrammarError(
                "\(quoted(String(text))) has no unit",
                allowed: unitNames.map { number + $0 })
        }
        guard let factor = units.first(where: { $0.name == unit }) else {
            throw GrammarError(
                "unknown unit \(quoted(unit)) in \(quoted(String(text)))",
                nearest: nearestUnit(unit), allowed: unitNames)
        }
        guard let decimal = Decimal(number) else {
            throw number.utf8.count > 18
                ? GrammarError("\(quoted(String(text))) has too many digits")
                : GrammarError(text, isNot: .duration)
        }
        let product = decimal.digits.multipliedReportingOverflow(by: factor.nanoseconds)
        let scale = decimal.scale
        if !product.overflow, product.partialValue % scale != 0 {
            throw GrammarError("\(quoted(String(text))) is finer than a nanosecond")
        }
        guard !product.overflow, let count = Int64(exactly: product.partialValue / scale),
            .nanoseconds(count) <= longest
        else {
            throw GrammarError(
                "\(quoted(String(text))) is longer than \(longest.written)")
        }
        return .nanoseconds(count)
    }

    private static func nearestUnit(_ unit: String) -> String? {
        switch unit.lowercased() {
        case "sec", "secs", "second", "seconds": "s"
        case "min", "mins", "minute", "minutes": "m"
        case "msec", "millis", "millisecond", "milliseconds": "ms"
        case "µs", "μs", "usec", "micros", "microsecond", "microseconds": "us"
        case "hr", "hrs", "hour", "hours": "h"
        case "day", "days": "d"
        case let lower: unitNames.contains(lower) ? lower : nil
        }
    }

    /// `10s..40s`, `10s-40s`, `30s+`.
    static func readStretch(_ text: String) throws(GrammarError) -> TimeRange {
        if text.hasSuffix("+") {
            let from = try read(text.dropLast())
            guard let range = TimeRange(from: from, to: nil) else {
                throw GrammarError(text, isNot: .during)
            }
            return range
        }
        guard let (low, high) = split(text, at: "..") ?? split(text, at: "-"), !low.isEmpty,
            !high.isEmpty
        else {
            throw GrammarError(text, isNot: .during)
        }
        let (from, to) = (try read(low), try read(high))
        guard let range = TimeRange(from: from, to: to) else {
            throw GrammarError("\(quoted(text)) ends before it begins")
        }
        return range
    }

    /// `2`, `1-3`, `3+`.
    static func readCount(_ text: String) throws(GrammarError) -> CountRange {
        let lower: Int
        let upper: Int?
        if text.hasSuffix("+") {
            lower = try number(text.dropLast(), of: text)
            upper = nil
        } else if let (low, high) = split(text, at: "..") ?? split(text, at: "-"), !low.isEmpty {
            if text.contains("..") {
                throw GrammarError(
                    "\(quoted(text)) is not a count", nearest: "\(low)-\(high)",
                    allowed: Grammar.count.examples)
            }
            lower = try number(low, of: text)
            upper = try number(high, of: text)
        } else {
            lower = try number(text, of: text)
            upper = lower
        }
        if lower == 0 {
            throw GrammarError("\(quoted(text)): counts begin at 1")
        }
        guard let range = CountRange(lower, through: upper) else {
            throw GrammarError("\(quoted(text)) runs backwards")
        }
        return range
    }

    private static func number(
        _ text: some StringProtocol, of whole: String
    ) throws(GrammarError) -> Int {
        guard !text.isEmpty, text.utf8.allSatisfy(isDigit) else {
            throw GrammarError(whole, isNot: .count)
        }
        guard let number = Int(text), number <= ScenarioLimits.largestCount else {
            throw GrammarError("\(quoted(whole)) is more than \(ScenarioLimits.largestCount)")
        }
        return number
    }

    /// The two sides of the first separator, without spaces around it.
    static func split(_ text: String, at separator: String) -> (String, String)? {
        let scalars = Array(text.unicodeScalars)
        let wanted = Array(separator.unicodeScalars)
        guard scalars.count >= wanted.count else { return nil }
        for index in 0...(scalars.count - wanted.count)
        where Array(scalars[index..<(index + wanted.count)]) == wanted {
            var (left, right) = (String.UnicodeScalarView(), String.UnicodeScalarView())
            left.append(contentsOf: scalars[..<index])
            right.append(contentsOf: scalars[(index + wanted.count)...])
            return (trimmed(String(left)), trimmed(String(right)))
        }
        return nil
    }
}
