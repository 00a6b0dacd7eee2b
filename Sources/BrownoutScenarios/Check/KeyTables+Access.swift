extension KeyTable {
    static let access = KeyTable(
        place: "'access'", summary: "Who may connect.",
        keys: [
            Key(
                "refuse-with", refusalShape,
                "What others are answered; the provider's own 403 by default.")
        ])

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
