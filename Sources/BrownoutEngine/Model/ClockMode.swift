/// What the time of a scenario is: that of its phases, windows, limits and stream timers.
package enum ClockMode: Equatable, Sendable {
    /// The machine's.
    case real
    /// The machine's, so many times as fast.
    case scaled(by: Double)
    /// Moved by hand, and only forward: `POST /clock/advance`.
    case manual

    /// The smallest factor that a scaled clock may have.
    package static let slowest = 0.001
    /// The largest factor that a scaled clock may have.
    package static let fastest = 100_000.0
    /// One text of each kind of clock, for messages about a text that is none and for the schema.
    package static let examples = ["real", "manual", "x10"]

    /// Reads `real`, `manual` or a factor such as `x10` or `x0.5`; nil for anything else.
    package init?(_ text: String) {
        switch text {
        case "real": self = .real
        case "manual": self = .manual
        default:
            let digits = text.dropFirst()
            guard text.first == "x", digits.utf8.allSatisfy({ 48...57 ~= $0 || $0 == 46 }),
                let factor = Double(digits), factor >= ClockMode.slowest,
                factor <= ClockMode.fastest
            else { return nil }
            self = factor == 1 ? .real : .scaled(by: factor)
        }
    }

    /// As a scenario writes it.
    package var text: String {
        switch self {
        case .real: return "real"
        case .manual: return "manual"
        case .scaled(let factor):
            let number = String(factor)
            return "x" + (number.hasSuffix(".0") ? String(number.dropLast(2)) : number)
        }
    }
}
