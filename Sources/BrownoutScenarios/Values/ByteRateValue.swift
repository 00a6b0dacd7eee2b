import BrownoutEngine
import BrownoutYAML

/// Reads rates of bytes: `20B/s`, `1KiB/s`, `64KiB/min`.
enum ByteRateValue {
    private static let units: [(name: String, bytes: Int)] = [
        ("B", 1), ("KiB", 1024), ("MiB", 1024 * 1024),
    ]
    private static let periods: [(name: String, time: Duration)] = [
        ("s", .seconds(1)), ("min", .seconds(60)),
    ]

    static func read(_ text: String) throws(GrammarError) -> ByteRate {
        guard let (left, right) = DurationValue.split(text, at: "/") else {
            throw GrammarError(text, isNot: .byteRate)
        }
        let digits = left.prefix { $0.utf8.allSatisfy(isDigit) }
        let unit = trimmed(left.dropFirst(digits.count))
        guard !digits.isEmpty else { throw GrammarError(text, isNot: .byteRate) }
        guard unit.isEmpty || units.contains(where: { $0.name == unit }) else {
            throw GrammarError(
                "unknown unit \(quoted(unit)) in \(quoted(text))",
                nearest: NearestWord.nearest(to: unit, among: units.map(\.name)),
                allowed: units.map(\.name))
        }
        guard let period = periods.first(where: { $0.name == right }) else {
            throw GrammarError(
                "\(quoted(text)): \(quoted(right)) is not a time",
                nearest: NearestWord.nearest(to: right, among: periods.map(\.name)),
                allowed: periods.map(\.name))
        }
        let factor = units.first { $0.name == unit }?.bytes ?? 1
        guard let number = Int(digits), number <= ScenarioLimits.largestCount else {
            throw GrammarError("\(quoted(text)) is more than \(ScenarioLimits.largestCount)")
        }
        guard number > 0 else { throw GrammarError("\(quoted(text)) lets nothing through") }
        return ByteRate(bytes: number * factor, per: period.time)
    }
}
