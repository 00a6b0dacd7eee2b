import BrownoutYAML

// Who may ask: `access` and `keys`.
extension KeyTable {
    static let access = KeyTable(
        place: "'access'", summary: "Who may connect.",
        keys: [
            Key(
                "allow", .oneOrMany(.address),
                "Addresses that may connect. With it, or with allowed countries, no others may."),
            Key(
                "deny", .either([.address, .list(.address, atLeast: 0)]),
                "Addresses that may not, whatever allows them."),
            Key("countries", .mapping(.countries), "Countries that may connect, or may not."),
            Key(
                "trust-forwarded-for", .either([.address, .list(.address, atLeast: 0)]),
                "Proxies that are believed when they say for whom they ask."),
            Key(
                "refuse-with", refusalShape,
                "What others are answered; the provider's own 403 by default."),
        ])

    static let countries = KeyTable(
        place: "'countries'", summary: "Which countries may connect, and where they are.",
        keys: [
            Key("allow", .oneOrMany(.country), "Codes of countries that may connect."),
            Key(
                "deny", .either([.country, .list(.country, atLeast: 0)]),
                "Codes of countries that may not."),
            Key(
                "table", .record(key: "[A-Z]{2}", .oneOrMany(.address)),
                "The addresses of each country, by its code of two capital letters."),
        ],
        needsOneOf: ["allow", "deny", "table"])

    static let keys = KeyTable(
        place: "'keys'", summary: "Which API keys are good.",
        keys: [
            Key(
                "accept", .oneOrMany(.glob),
                "Keys that are good; patterns. With it, keys that no entry here names are not."),
            Key("revoked", .oneOrMany(.glob), "Keys that are good no more; patterns."),
            Key("out-of-quota", .oneOrMany(.glob), "Keys whose quota is used up; patterns."),
            Key("denied", .list(.mapping(.deniedKey)), "Keys that may not use some models."),
            Key("expiring", .list(.mapping(.expiringKey)), "Keys that are good for a while."),
        ],
        needsOneOf: ["accept", "revoked", "out-of-quota", "denied", "expiring"])

    static let deniedKey = KeyTable(
        place: "an entry of 'denied'", summary: "Keys that may not use some models.",
        keys: [
            Key("key", .oneOrMany(.glob), "The keys; a pattern.", required: true),
            Key("model", .oneOrMany(.glob), "The models; a pattern.", required: true),
        ])

    static let expiringKey = KeyTable(
        place: "an entry of 'expiring'", summary: "Keys that are good for a while.",
        keys: [
            Key("key", .oneOrMany(.glob), "The keys; a pattern.", required: true),
            Key(
                "calls", .integer(from: 1),
                "For so many calls of a session, its retries not counted."),
            Key("after", .grammar(.duration), "Until this long after the scenario began."),
        ],
        needsOneOf: ["calls", "after"])

    static let refusal = KeyTable(
        place: "'refuse-with'",
        summary: "The answer of a refusal; what is not given is the provider's own.",
        keys: [
            Key("status", .integer(from: 400), "From 400 to 599."),
            Key(
                "headers", .record(key: ".+", .text),
                "Header fields, added or in place of the provider's."),
            Key(
                "body", .either([.text, .anyMapping]), "The body: text, or a mapping sent as JSON."),
        ],
        needsOneOf: ["status", "headers", "body"])

    /// The answer of whatever refuses requests.
    static let refusalShape = ValueShape.either([.word(["reset"]), .mapping(.refusal)])
}
