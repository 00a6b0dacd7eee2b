import BrownoutEngine
import BrownoutYAML

/// The small languages of scalar values. Each has one reader; this table describes them to people
/// and to the JSON Schema.
package enum Grammar: String, CaseIterable, Sendable {
    case duration
    case latency
    case chance
    case count
    case during
    case position
    case clock
    case ramp
    case rounds
    case rate
    case byteRate
    case replayPace
    case countComparison
    case amountComparison
    case numberComparison
    case shareComparison
    case timeComparison
    case within
    case moneyComparison

    /// What messages call it.
    var noun: String {
        switch self {
        case .duration: "a duration"
        case .latency: "a latency"
        case .chance: "a chance"
        case .count: "a count"
        case .during: "a stretch of time"
        case .position: "a position"
        case .clock: "a clock"
        case .ramp: "a ramp"
        case .rounds: "a number of rounds"
        case .rate: "a rate"
        case .byteRate: "a rate of bytes"
        case .replayPace: "a pace"
        case .countComparison: "a comparison with a whole number"
        case .amountComparison: "a comparison with a whole number or a percentage"
        case .numberComparison: "a comparison with a number"
        case .shareComparison: "a comparison with a percentage"
        case .timeComparison: "a comparison with a duration"
        case .within: "a duration or a comparison with one"
        case .moneyComparison: "a comparison with an amount of money"
        }
    }

    /// Forms that are allowed, as examples.
    var examples: [String] {
        switch self {
        case .duration: ["250ms", "1.5s", "2m"]
        case .latency:
            [
                "250ms", "200ms..900ms", "normal(400ms, 80ms)",
                "lognormal(median 400ms, p99 3s)", "pareto(min 200ms, shape 1.5)",
                "quantiles(p50 300ms, p90 900ms, p99 4s)",
            ]
        case .chance: ["30%", "12.5%", "1/3", "0.3", "0", "1"]
        case .count: ["2", "1-3", "3+"]
        case .during: ["10s..40s", "30s+"]
        case .clock: ClockMode.examples
        case .ramp: ["100%..0%", "0%..100%"]
        case .rounds: ["true", "false", "3"]
        case .rate: ["60/min", "5/s", "1000/day", "10/30s"]
        case .byteRate: ["20B/s", "1KiB/s", "64KiB/min"]
        case .replayPace: ["recorded", "none", "x2"]
        case .countComparison: ["<= 3", ">= 1", "== 20"]
        case .amountComparison: [">= 95%", "<= 2", "== 0"]
        case .numberComparison: ["<= 1.5", "< 3"]
        case .shareComparison: [">= 95%", "== 100%"]
        case .timeComparison: ["<= 2s", "< 300ms"]
        case .within: ["2s", "< 300ms"]
        case .moneyComparison: ["<= 0.05 USD"]
        case .position:
            [
                "start", "headers", "byte 120", "event 3", "token 5", "50%", "terminal", "1.5s",
                "in tool-arguments", "in utf-8",
            ]
        }
    }

    var summary: String {
        switch self {
        case .duration: "A number and a unit: us, ms, s, m, h or d."
        case .latency: "A duration, or a distribution of durations."
        case .chance: "A share from 0 to 1: a percentage, a fraction or a decimal."
        case .count: "A number from 1, a range, or an open range."
        case .during: "Two points in time, or one and everything after it."
        case .clock: "The machine's time, time moved by hand, or a factor on the machine's."
        case .ramp: "Two shares: where a phase begins and where it ends."
        case .rate: "A whole number in a time: a second, minute, hour or day, or a duration."
        case .byteRate: "Bytes, KiB or MiB in a second or a minute."
        case .replayPace: "As it was recorded, at once, or so many times as fast."
        case .countComparison: "How a count compares with a whole number."
        case .amountComparison: "How a count compares with a whole number or a share of all."
        case .numberComparison: "How a number compares with another."
        case .shareComparison: "How a share compares with a percentage."
        case .timeComparison: "How a time compares with a duration."
        case .within: "The longest time, or how a time compares with a duration."
        case .moneyComparison: "How an amount of money compares with US dollars."
        case .rounds: "`true` for ever, `false` for one, or how many."
        case .position: "A place in an answer; a count is what has gone out before it."
        }
    }

    /// A regular expression (ECMA-262) that a text of this grammar matches. It holds the form;
    /// sizes and order are the reader's affair.
    var pattern: String {
        let duration = #"[0-9]+(\.[0-9]+)? *(us|ms|s|m|h|d)"#
        let relation = "(>=|<=|>|<|==) *"
        switch self {
        case .duration: return "^\(duration)$"
        case .latency:
            let spread = "(normal|lognormal|pareto|quantiles) *\\(.*\\)"
            return "^(\(duration)( *\\.\\. *\(duration))?|\(spread))$"
        case .chance: return #"^([0-9]+(\.[0-9]+)?( *%)?|[0-9]+ */ *[0-9]+)$"#
        case .count: return #"^[0-9]+( *- *[0-9]+|\+)?$"#
        case .during: return "^(\(duration) *(\\.\\.|-) *\(duration)|\(duration)\\+)$"
        case .clock: return #"^(real|manual|x[0-9]+(\.[0-9]+)?)$"#
        case .ramp:
            let share = #"([0-9]+(\.[0-9]+)?( *%)?|[0-9]+ */ *[0-9]+)"#
            return "^\(share) *\\.\\. *\(share)$"
        case .rounds: return "^(true|false|[0-9]+)$"
        case .rate:
            let words = RateValue.words.joined(separator: "|")
            return "^[0-9]+ */ *(\(words)|\(duration))$"
        case .replayPace: return #"^(recorded|none|x[0-9]+(\.[0-9]+)?)$"#
        case .countComparison: return "^\(relation)[0-9]+$"
        case .amountComparison: return "^\(relation)([0-9]+|[0-9]+(\\.[0-9]+)? *%)$"
        case .numberComparison: return "^\(relation)[0-9]+(\\.[0-9]+)?$"
        case .shareComparison: return "^\(relation)[0-9]+(\\.[0-9]+)? *%$"
        case .timeComparison: return "^\(relation)\(duration)$"
        case .within: return "^(\(relation))?\(duration)$"
        case .moneyComparison: return "^\(relation)[0-9]+(\\.[0-9]+)? *USD$"
        case .byteRate: return "^[0-9]+ *(B|KiB|MiB)? */ *(s|min)$"
        case .position:
            let words =
                "start|headers|terminal|(byte|event|token) +[0-9]+|in tool[- ]arguments|in utf-8"
            return "^(\(words)|[0-9]+(\\.[0-9]+)? *%|\(duration))$"
        }
    }
}

/// Why a text is not of its grammar.
struct GrammarError: Error, Equatable {
    var message: String
    var nearest: String?
    var allowed: [String] = []
    var note: String?

    init(
        _ message: String, nearest: String? = nil, allowed: [String] = [], note: String? = nil
    ) {
        self.message = message
        self.nearest = nearest
        self.allowed = allowed
        self.note = note
    }

    /// The text has none of the grammar's forms.
    init(_ text: some StringProtocol, isNot grammar: Grammar) {
        message = "\(quoted(String(text))) is not \(grammar.noun)"
        allowed = grammar.examples
    }
}
