import BrownoutEngine
import BrownoutJSON
import BrownoutYAML

extension KeyTable {
    static let limit = KeyTable(
        place: "a limit",
        summary: "How much is let through, of requests and tokens in a time and of answers at a "
            + "time.",
        keys: [
            Key("name", .text, "The limit's name, used once.", required: true),
            Key("when", .mapping(.when), "Which requests; without it, every one."),
            Key(
                "per", .oneOrMany(.word(Limit.Part.allCases.map(\.rawValue))),
                "What has a bucket of its own; without it, each session."),
            Key("requests", .grammar(.rate), "Requests in a time."),
            Key("input-tokens", .grammar(.rate), "Tokens of prompts in a time."),
            Key("output-tokens", .grammar(.rate), "Tokens of answers in a time."),
            Key("concurrent", .integer(from: 1), "Answers in progress at a time."),
            Key(
                "burst", .either([.integer(from: 1), .mapping(.burst)]),
                "What a token bucket holds: requests, or each by its name; as much as comes in "
                    + "the time by default."),
            Key(
                "algorithm", .word(Limit.Algorithm.allCases.map(\.rawValue)),
                "How amounts in a time are counted", usual: "token-bucket"),
            Key(
                "retry-after",
                .either([
                    .word(Limit.promiseWords), .grammar(.duration), .mapping(.limitRetryAfter),
                ]),
                "What a refusal's Retry-After says", usual: .string(Limit.exactWord)),
            Key(
                "refuse-with",
                refusalShape,
                "In place of the provider's own refusal."),
        ],
        needsOneOf: Limit.Dimension.allCases.map(\.rawValue))

    static let burst = KeyTable(
        place: "'burst'", summary: "What the buckets of a limit hold.",
        keys: [
            Key("requests", .integer(from: 1), "Requests."),
            Key("input-tokens", .integer(from: 1), "Tokens of prompts."),
            Key("output-tokens", .integer(from: 1), "Tokens of answers."),
        ],
        needsOneOf: ["requests", "input-tokens", "output-tokens"])

    static let limitRetryAfter = KeyTable(
        place: "'retry-after'", summary: "A limit's Retry-After in another form than seconds.",
        keys: [
            Key(
                "ms", .either([.word([Limit.exactWord]), .grammar(.duration)]),
                "`retry-after-ms`, in milliseconds."),
            Key(
                "http-date", .either([.word([Limit.exactWord]), .grammar(.duration)]),
                "A date, this long after the answer."),
        ],
        needsOneOf: ["ms", "http-date"])
}

extension Limit {
    static let exactWord = "exact"
    /// What stands for a Retry-After by its name alone.
    static let promiseWords = [exactWord, "ms", "http-date", "absent", "absurd", "garbage"]
}
