import BrownoutEngine
import BrownoutJSON
import BrownoutRecords
import BrownoutVerdicts

/// What verdicts and calls look like. Objects of theirs may have more members in later versions.
enum VerdictSchemas {
    private static let words: JSON = Schema.list(Schema.string)
    private static let verdictWord = Schema.word(Verdict.allCases.map(\.rawValue))

    /// An object with these members at least.
    private static func open(_ members: KeyValuePairs<String, JSON>) -> JSON {
        .object(
            (Schema.object(members).objectValue ?? []).filter { $0.key != "additionalProperties" })
    }

    static let outcome = Schema.object(
        [
            "session": Schema.string, "call": Schema.string, "exchange": Schema.string,
            "request-id": Schema.string, "outcome": Schema.string,
            "category": Schema.nullable(Schema.string),
            "retryable": Schema.nullable(Schema.boolean),
            "message": Schema.nullable(Schema.string),
        ], optional: ["call", "exchange", "request-id"])

    private static let attempt = open([
        "exchange": Schema.string, "request-id": Schema.nullable(Schema.string),
        "provider": Schema.string, "model": Schema.string, "attempt": Schema.integer,
        "at": Schema.number, "status": Schema.nullable(Schema.integer),
        "cause": Schema.nullable(Schema.string), "fault": words,
        "ending": Schema.nullable(Schema.string), "waited": Schema.nullable(Schema.number),
        "promised": Schema.nullable(Schema.number),
    ])

    static let call = open([
        "id": Schema.string, "session": Schema.string,
        "outcome": Schema.word(Call.Outcome.allCases.map(\.rawValue)),
        "declared": Schema.nullable(open(["outcome": Schema.string])),
        "tie": Schema.word(["sure", "unsure"]), "hedged": Schema.boolean,
        "attempts": Schema.list(attempt),
    ])

    static let calls = Schema.object([
        "session": Schema.string, "calls": Schema.list(Schema.ref("Call")),
    ])

    static let verdict = open([
        "format": Schema.integer, "scenario": Schema.string, "seed": Schema.count,
        "verdict": Schema.word(["pass", "fail", "unknown"]),
        "calls": Schema.list(Schema.ref("Call")),
        "rules": Schema.list(
            open([
                "rule": Schema.string, "verdict": verdictWord, "severity": Schema.string,
                "says": Schema.string, "measured": ["type": "object"], "calls": words,
                "exchanges": words,
            ])),
        "expect": Schema.list(
            open([
                "expect": Schema.string, "wanted": Schema.string,
                "found": Schema.nullable(Schema.string), "verdict": verdictWord,
                "line": Schema.integer, "calls": words,
            ])),
        "faults": Schema.list(
            open([
                "rule": Schema.string, "fault": Schema.string, "fired": Schema.count,
                "injected": Schema.count,
            ])),
        "coverage": Schema.list(
            open([
                "cause": Schema.string, "endpoint": Schema.string, "where": Schema.string,
                "count": Schema.count,
            ])),
        "cost": open([
            "currency": Schema.word(["USD"]), "useful": Schema.number, "wasted": Schema.number,
            "unknown-models": words,
        ]),
    ])
}
