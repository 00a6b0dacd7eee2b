import BrownoutEngine
import BrownoutJSON
import BrownoutYAML

extension KeyTable {
    static let scenario = KeyTable(
        place: "the scenario",
        summary: "A scenario: what goes wrong, for which requests, and how often.",
        keys: [
            Key("scenario", .text, "The scenario's name.", required: true),
            Key("description", .text, "What it is for, in a sentence or more."),
            Key("seed", .integer(from: 0), "The number all draws derive from", usual: 0),
            Key("source", sourceShape, "Where healthy answers come from; synthesised by default."),
            Key(
                "redact", .list(.either([.text, .mapping(.redaction)])),
                "What is kept out of recordings besides the usual secrets: regular expressions."),
            Key("pace", .mapping(.pace), "How fast synthesised answers stream."),
            Key("reply", .mapping(.reply), "What healthy answers say, unless a rule says more."),
            Key(
                "providers",
                .record(
                    key: "[a-z0-9-]+", .either([.word(Word.dialects), .mapping(.provider)])),
                "Providers of your own, each served at `/<name>/…`: a name and its dialect."),
            Key(
                "models", .oneOrMany(.glob),
                "Models that the providers have besides their own: names or patterns."),
            Key("clock", .grammar(.clock), "What its time is", usual: "real"),
            Key(
                "created", .word(CreatedTime.allCases.map(\.rawValue)),
                "What synthesised answers say of when they were made: `now`, the second of their "
                    + "date, by default; or `seeded`, the same in every run."),
            Key("access", .mapping(.access), "Who may connect; everyone by default."),
            Key("keys", .mapping(.keys), "Which API keys are good; every one by default."),
            Key(
                "limits", .list(.mapping(.limit)),
                "How much is let through; asked before any rule."),
            Key(
                "rules", .list(.mapping(.rule), atLeast: 0),
                "Tried in order; the first that fires decides."),
            Key("phases", .list(.mapping(.phase)), "Stretches of weather, one after the other."),
            Key(
                "repeat", .grammar(.rounds),
                "How often the phases are gone through; once by default."),
            Key(
                "expect", .either([.mapping(.expect), .list(.mapping(.expect))]),
                "What is expected of the client, and how the run is judged."),
        ])

    static let phase = KeyTable(
        place: "a phase",
        summary: "A stretch of weather: what ends it, and rules that hold while it lasts.",
        keys: [
            Key("name", .text, "The phase's name, used once.", required: true),
            Key("for", .grammar(.duration), "It ends this long after it began."),
            Key("calls", .integer(from: 1), "It ends after so many calls of a session."),
            Key("until", .word(["advanced"]), "It ends when somebody says so: `POST /phase`."),
            Key(
                "ramp", .grammar(.ramp),
                "Scales the chances of the phase's rules from its begin to its end."),
            Key(
                "rules", .list(.mapping(.rule), atLeast: 0),
                "Tried before the scenario's own while the phase lasts."),
        ])

    static let pace = KeyTable(
        place: "'pace'", summary: "How fast synthesised answers stream.",
        keys: [
            Key("first-token", .grammar(.latency), "Time from the head to the first token."),
            Key("between-tokens", .grammar(.latency), "Time from one token to the next."),
        ])

    static let provider = KeyTable(
        place: "a provider", summary: "A provider of your own.",
        keys: [
            Key("dialect", .word(Word.dialects), "The API it speaks.", required: true)
        ])

    static let reply = KeyTable(
        place: "a reply", summary: "What an answer says; what is not given is synthesised.",
        keys: [
            Key("thinking", .text, "The reasoning before the answer."),
            Key("text", .text, "The answer's text."),
            Key(
                "refusal", .text,
                "Words that decline the request, in place of an answer."),
            Key("tool-calls", .list(.mapping(.toolCall)), "The tools the answer calls, in order."),
            Key("finish", .text, "Why the answer ended, in the provider's own word."),
            Key("tokens", .grammar(.count), "The length of synthesised text in tokens."),
        ],
        later: ["usage"])

    static let toolCall = KeyTable(
        place: "a tool call", summary: "One tool call of a reply.",
        keys: [
            Key("name", .text, "The tool's name.", required: true),
            Key("arguments", .anyMapping, "The arguments; sent as compact JSON in this order."),
            Key("raw-arguments", .text, "Text sent in place of the arguments, JSON or not."),
        ])

    static let rule = KeyTable(
        place: "a rule", summary: "Which requests, how often, and what happens to them.",
        keys: [
            Key(
                "name", .text, "The rule's name, used once; its draws depend on it.",
                required: true),
            Key("when", .mapping(.when), "Which requests; without it, every one."),
            Key(
                "attempts", .oneOrMany(.grammar(.count)),
                "Which attempts of a call, from 1; without it, all."),
            Key(
                "calls", .oneOrMany(.grammar(.count)),
                """
                Which of the session's calls that `when` is about, in the order they first \
                arrive; without it, all.
                """),
            Key("every", .integer(from: 1), "Of the requests that reach the rule, every n-th."),
            Key("during", .grammar(.during), "A stretch of time since the scenario began."),
            Key("chance", .grammar(.chance), "How often the rule fires; always by default."),
            Key("also", .boolean, "Whether later rules have a say too", usual: false),
            Key(
                "optional", .boolean,
                "Whether a run is as good in which it never fires", usual: false),
            Key("fault", faultShape, "What goes wrong."),
            Key("reply", .mapping(.reply), "What the answer says."),
            Key("latency", latencyShape, "How long it takes."),
            Key(
                "one-of", .list(.mapping(.branch)),
                "Alternatives, of which one draw picks at most one."),
            Key(
                "sequence", .either([.list(stepShape), .mapping(.sequence)]),
                "Steps, one after the other."),
        ],
        needsOneOf: effects + ["one-of", "sequence"],
        choices: [
            Choice(key: "one-of", excludes: effects + ["sequence"]),
            Choice(key: "sequence", excludes: effects + ["one-of"]),
        ],
        later: ["phase"])

    /// What a rule does at once, and a step or a branch.
    static let effects = ["fault", "reply", "latency"]

    static let when = KeyTable(
        place: "'when'",
        summary: "Conditions on a request. All keys must hold; of a list, any entry.",
        keys: [
            Key(
                "provider", .oneOrMany(.glob),
                Word.dialects.map { "`\($0)`, " }.joined()
                    + "or a name under `providers`; a pattern."),
            Key(
                "endpoint", .oneOrMany(.word(Word.endpoints)),
                "What the request asks for."),
            Key("model", .oneOrMany(.glob), "The model's name; a pattern."),
            Key("stream", .boolean, "Whether the request wants a stream."),
            Key("tools", .boolean, "Whether the request offers tools."),
            Key("key", .oneOrMany(.glob), "The API key; a pattern."),
            Key(
                "client", .oneOrMany(.address),
                "The client's address: `10.0.0.7`, `10.0.0.0/8` or `192.168.1.*`."),
            Key(
                "header", .record(key: ".+", .glob),
                "Header names, each with a pattern for its value."),
            Key(
                "body", .record(key: "(/.*)?", .glob),
                "JSON Pointers into the body, each with a pattern for the value there."),
            Key("session", .oneOrMany(.glob), "The session's name; a pattern."),
            Key(
                "protocol", .word(HTTPVersion.allCases.map(\.rawValue)),
                "The protocol the request came by."),
            Key("user-text", .oneOrMany(.glob), "The last user message; a pattern."),
        ],
        later: ["country", "phase"])

    static let latency = KeyTable(
        place: "'latency'", summary: "The waits of an answer.",
        keys: [
            Key("before-headers", .grammar(.latency), "Time before the head of the answer."),
            Key("first-token", .grammar(.latency), "Time from the head to the first token."),
            Key("between-tokens", .grammar(.latency), "Time from one token to the next."),
            Key(
                "whole", .grammar(.latency),
                "Time from the request to the last byte, in place of the two above."),
            Key(
                "per-input-token", .grammar(.latency),
                "Added before the first token, for each token of the prompt."),
            Key(
                "per-request-in-flight", .grammar(.latency),
                "Added before the first token, for each other answer in progress."),
        ])

    static let step = KeyTable(
        place: "a step",
        summary: "What happens: any of a fault, a reply and a latency, or a fault's own keys.",
        keys: [
            Key("fault", faultShape, "What goes wrong."),
            Key("reply", .mapping(.reply), "What the answer says."),
            Key("latency", latencyShape, "How long it takes."),
        ] + fault.keys, needsOneOf: effects + fault.needsOneOf, choices: stepChoices)

    /// A fault stands under `fault` or beside the other keys, and not at both places.
    private static let stepChoices =
        [Choice(key: "fault", excludes: fault.names)]
        + fault.choices.map {
            Choice(key: $0.key, excludes: $0.excludes + ["fault"], needs: $0.needs)
        }

    static let branch = KeyTable(
        place: "a branch of 'one-of'",
        summary: "An alternative: its chance, and what happens as in a step.",
        keys: [
            Key("chance", .grammar(.chance), "How often this branch is drawn.", required: true)
        ] + step.keys, needsOneOf: step.needsOneOf, choices: step.choices)

    static let sequence = KeyTable(
        place: "'sequence'", summary: "Steps, what counts them, and what follows.",
        keys: [
            Key(
                "by", .word(RuleSequence.Order.allCases.map(\.rawValue)),
                "What takes the next step: each attempt of a call, or each arrival in a session."),
            Key("steps", .list(stepShape), "The steps, at least one.", required: true),
            Key("then", stepShape, "What follows the last step; without it, the last step again."),
        ])

    static let latencyShape = ValueShape.either([.grammar(.latency), .mapping(.latency)])
    static let stepShape = ValueShape.either([
        .vocabulary(.steps), .mapping(.step),
    ])
}
