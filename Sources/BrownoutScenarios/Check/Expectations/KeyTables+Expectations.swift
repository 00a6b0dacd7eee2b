import BrownoutEngine
import BrownoutJSON
import BrownoutYAML

// What is expected of the client: `expect`.
extension KeyTable {
    static let expect = KeyTable(
        place: "'expect'",
        summary: "What is expected of the client, and how the run is judged.",
        keys: [
            Key("when", .mapping(.when), "Which requests it is about; without it, every one."),
            Key("phase", .text, "The phase it is about; without it, all of the run."),
            Key(
                "severity", .word(ExpectationBlock.Severity.allCases.map(\.rawValue)),
                "What it is when an expectation is not met", usual: "error"),
        ] + expectationKeys + verdictKeys,
        needsOneOf: (expectationKeys + verdictKeys).map(\.name))

    private static let expectationKeys = [
        Key("calls", .mapping(.expectedCalls), "How many calls there are, and how they end."),
        Key("attempts", .mapping(.expectedAttempts), "How many attempts they take."),
        Key("retry-after", .word(["honoured"]), "Every promise of Retry-After is kept."),
        Key("backoff", .mapping(.backoff), "How waits between attempts are."),
        Key(
            "not-retried", .oneOrMany(.vocabulary(.causes)),
            "Causes after which nothing is tried again."),
        Key("retried", .oneOrMany(.vocabulary(.causes)), "Causes after which it is tried again."),
        Key("fallback", .mapping(.fallback), "Calls that fail go on elsewhere."),
        Key("breaker", .mapping(.breaker), "What a circuit breaker does."),
        Key(
            "latency", .mapping(.quantiles),
            "Times from a request's begin to the end of its answer."),
        Key(
            "first-token", .mapping(.quantiles),
            "Times from a request's begin to its answer's first token."),
        Key(
            "split", .record(key: ".+", .grammar(.chance)),
            "Providers or models, each with its share of the calls; the rest is one more."),
        Key("sticky", .mapping(.sticky), "The calls of one user go to one model."),
        Key("categories", .mapping(.categories), "What the client calls its errors."),
        Key("cost", .mapping(.cost), "What the run costs."),
    ]

    private static let verdictKeys = [
        Key("scorecard", .mapping(.scorecard), "What rules of the scorecard weigh in this run."),
        Key(
            VerdictWindows.Name.retry.rawValue, .grammar(.duration),
            "How long after an attempt an equal request is the next one of its call",
            usual: "60s"),
        Key(
            VerdictWindows.Name.fallback.rawValue, .grammar(.duration),
            "How long after a failed attempt the same prompt elsewhere belongs to its call",
            usual: "60s"),
        Key(
            VerdictWindows.Name.breaker.rawValue, .grammar(.duration),
            "How long a provider that is well may be left alone", usual: "60s"),
        Key(
            VerdictWindows.Name.patience.rawValue, .grammar(.duration),
            "How long silence may be waited for", usual: "60s"),
    ]

    static let expectedCalls = KeyTable(
        place: "'calls'", summary: "How many calls there are, and how they end.",
        keys: [
            Key(
                "succeeded", .grammar(.amountComparison),
                "Declared succeeded or fell back; delivered where nothing was declared."),
            Key("failed", .grammar(.amountComparison), "All others that are over."),
            Key("total", .grammar(.countComparison), "All of them."),
        ],
        needsOneOf: Expectation.CallCount.allCases.map(\.rawValue))

    static let expectedAttempts = KeyTable(
        place: "'attempts'", summary: "How many attempts calls take.",
        keys: [
            Key("per-call", .grammar(.countComparison), "Attempts of each call."),
            Key("total", .grammar(.countComparison), "Attempts of all calls."),
            Key("amplification", .grammar(.numberComparison), "Attempts per call in an outage."),
        ],
        needsOneOf: Expectation.AttemptCount.allCases.map(\.rawValue))

    static let backoff = KeyTable(
        place: "'backoff'", summary: "How waits between attempts are.",
        keys: [
            Key("grows", .boolean, "Whether they grow from attempt to attempt."),
            Key("jitter", .boolean, "Whether they differ from call to call."),
        ],
        needsOneOf: Expectation.BackoffTrait.allCases.map(\.rawValue))

    static let fallback = KeyTable(
        place: "'fallback'", summary: "Calls that fail go on elsewhere.",
        keys: [
            Key("from", .text, "The provider or model that failed; any by default."),
            Key("to", .text, "The provider or model that is asked next; any other by default."),
            Key("within", .grammar(.within), "The time from the one to the other."),
        ],
        needsOneOf: ["from", "to", "within"])

    static let breaker = KeyTable(
        place: "'breaker'", summary: "What a circuit breaker does.",
        keys: [
            Key(
                "opens-after", .grammar(.countComparison),
                "Failures until the provider is left alone."),
            Key("probes", .grammar(.countComparison), "Attempts while it is left alone."),
            Key(
                "closes-within", .grammar(.within),
                "The time from its recovery until it is asked as before."),
        ],
        needsOneOf: Expectation.BreakerTrait.allCases.map(\.rawValue))

    static let quantiles = KeyTable(
        place: "'latency' or 'first-token'", summary: "Quantiles of times.",
        keys: [
            Key("p50", .grammar(.timeComparison), "Half of the times are not longer."),
            Key("p95", .grammar(.timeComparison), "95 of 100 are not longer."),
            Key("p99", .grammar(.timeComparison), "99 of 100 are not longer."),
        ],
        needsOneOf: Expectation.Quantile.allCases.map(\.rawValue))

    static let sticky = KeyTable(
        place: "'sticky'", summary: "The calls of one user go to one model.",
        keys: [Key("header", .text, "The header that names the user.", required: true)])

    static let categories = KeyTable(
        place: "'categories'", summary: "What the client calls its errors.",
        keys: [
            Key(
                "accuracy", .grammar(.shareComparison),
                "The share of declared categories that are true.", required: true)
        ])

    static let cost = KeyTable(
        place: "'cost'", summary: "What the run costs.",
        keys: [
            Key(
                "wasted", .grammar(.moneyComparison), "The money for what was paid for in vain.",
                required: true)
        ])

    static let scorecard = KeyTable(
        place: "'scorecard'", summary: "What rules of the scorecard weigh.",
        keys: VerdictRule.allCases.map { rule in
            Key(
                rule.rawValue, .word(VerdictRule.Severity.allCases.map(\.rawValue)),
                rule.summary, usual: .string(rule.severity.rawValue))
        },
        needsOneOf: VerdictRule.allCases.map(\.rawValue))
}
