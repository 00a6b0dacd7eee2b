import BrownoutEngine
import BrownoutYAML

/// Reads positions in an answer.
enum PositionValue {
    private static let words = ["start", "headers", "byte", "event", "token", "terminal"]

    static func read(_ text: String) throws(GrammarError) -> Position {
        let parts = text.split(separator: " ").map(String.init)
        switch (parts.first ?? "", parts.count) {
        case ("start", 1): return .start
        case ("headers", 1): return .headers
        case ("terminal", 1): return .terminal
        case ("byte", 2): return .byte(try count(parts[1], text))
        case ("event", 2): return .event(try count(parts[1], text))
        case ("token", 2): return .token(try count(parts[1], text))
        case ("byte", 1), ("event", 1), ("token", 1):
            throw GrammarError(
                "\(quoted(text)) has no number", allowed: Grammar.position.examples)
        case ("in", _): return try inside(text)
        default: break
        }
        if text.hasSuffix("%") {
            guard let share = try? ChanceValue.read(text) else {
                throw GrammarError("\(quoted(text)) is not a share from 0% to 100%")
            }
            return .percent(share)
        }
        if parts.count == 2, parts[0].utf8.allSatisfy(isDigit),
            let unit = NearestWord.nearest(to: parts[1], among: ["byte", "event", "token"])
        {
            throw GrammarError(
                "\(quoted(text)) is not a position", nearest: "\(unit) \(parts[0])",
                allowed: Grammar.position.examples)
        }
        if let first = text.utf8.first, isDigit(first) || text.hasPrefix("-") {
            return try elapsed(text)
        }
        let guess = parts.first.flatMap { NearestWord.nearest(to: $0, among: words) }
        throw GrammarError(
            "\(quoted(text)) is not a position",
            nearest: guess.map { ([$0] + parts.dropFirst()).joined(separator: " ") },
            allowed: Grammar.position.examples)
    }

    private static func inside(_ text: String) throws(GrammarError) -> Position {
        switch text {
        case "in tool-arguments", "in tool arguments": return .inToolArguments
        case "in utf-8": return .inUTF8
        default:
            let words = ["in tool-arguments", "in utf-8"]
            throw GrammarError(
                "\(quoted(text)) is not a position",
                nearest: NearestWord.nearest(to: text, among: words), allowed: words)
        }
    }

    private static func elapsed(_ text: String) throws(GrammarError) -> Position {
        if text.utf8.allSatisfy(isDigit) {
            throw GrammarError(
                "\(quoted(text)) does not say what it counts",
                allowed: ["byte \(text)", "event \(text)", "token \(text)", "\(text)%", "\(text)s"])
        }
        return .elapsed(try DurationValue.read(text))
    }

    private static func count(_ text: String, _ whole: String) throws(GrammarError) -> Int {
        guard text.utf8.allSatisfy(isDigit) else {
            throw GrammarError(
                "\(quoted(whole)): \(quoted(text)) is not a whole number from 0")
        }
        guard let count = Int(text), count <= ScenarioLimits.largestCount else {
            throw GrammarError("\(quoted(whole)) is more than \(ScenarioLimits.largestCount)")
        }
        return count
    }
}
