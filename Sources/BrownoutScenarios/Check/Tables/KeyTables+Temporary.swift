import BrownoutJSON
import BrownoutYAML

extension KeyTable {
    /// A rule's keys and what ends it. Not a part of a scenario: the control port takes it.
    static let temporaryRule = KeyTable(
        place: "a temporary rule",
        summary: "A rule on top of all scenarios that ends by itself.",
        keys: [
            Key(
                "name", .text,
                "The rule's name, which no scenario in force uses; made up when not given.")
        ] + rule.keys.filter { !["name", "optional"].contains($0.name) } + [
            Key("ttl", .grammar(.duration), "How long it holds, 24h at most", usual: "5m"),
            Key("session", .text, "The session it is for; without it, every one."),
        ],
        needsOneOf: rule.needsOneOf, choices: rule.choices, later: rule.later)
}
