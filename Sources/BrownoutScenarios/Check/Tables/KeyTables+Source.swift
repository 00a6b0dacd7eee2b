import BrownoutEngine
import BrownoutJSON
import BrownoutYAML

extension KeyTable {
    static let sourceShape = ValueShape.either([.word([Word.synthesise]), .mapping(.source)])

    static let source = KeyTable(
        place: "'source'", summary: "Recordings, or the providers themselves.",
        keys: [
            Key(
                "replay", .text,
                "A file, a folder or a store of recordings; from the scenario's own folder."),
            Key(
                "upstream", .record(key: "[a-z0-9-]+", .text),
                "Providers, each with the base URL that answers for it."),
            Key(
                "match", .oneOrMany(.mapping(.match)),
                "What makes two requests the same; the first entry for a model counts."),
            Key(
                "on-miss", .word(OnMiss.allCases.map(\.rawValue)),
                "What becomes of a request that no recording answers", usual: "fail"),
            Key(
                "pace", .either([.grammar(.replayPace), .mapping(.pace)]),
                "How fast recorded answers come; as recorded by default."),
            Key(
                "order", .word(ReplayOrder.allCases.map(\.rawValue)),
                "What several recordings of one request give", usual: "repeat-last"),
            Key(
                "ids", .word(RecordedOrNot.ids.words),
                "The ids of answers: as recorded by default."),
            Key(
                "created", .word(RecordedOrNot.created.words),
                "When answers were made: as recorded by default."),
            Key(
                "ttl", .either([.grammar(.duration), .list(.mapping(.ttl))]),
                "How long recordings are good; for ever by default."),
        ],
        needsOneOf: ["replay", "upstream"])

    static let match = KeyTable(
        place: "'match'", summary: "What makes two requests the same.",
        keys: [
            Key("model", .glob, "Models it is about; all by default."),
            Key("on", .list(partShape), "Everything that has to be the same."),
            Key("add", .list(partShape), "What has to be the same besides."),
            Key(
                "drop", .oneOrMany(.text),
                "What does not count: parts, or JSON Pointers into the body."),
        ],
        needsOneOf: ["on", "add", "drop"])

    static let matchPart = KeyTable(
        place: "a part of a request", summary: "A header, an item of the query or of the body.",
        keys: [
            Key("header", .text, "A header's name."),
            Key("query", .text, "The name of an item of the query."),
            Key("body", .text, "A JSON Pointer into the body."),
        ],
        needsOneOf: ["header", "query", "body"])

    static let timeToLive = KeyTable(
        place: "an entry of 'ttl'", summary: "How long some recordings are good.",
        keys: [
            Key("model", .glob, "Models it is about; all by default."),
            Key(
                "endpoint", .oneOrMany(.word(Word.endpoints)),
                "Endpoints it is about; all by default."),
            Key("for", .grammar(.duration), "From when they were made.", required: true),
        ])

    static let redaction = KeyTable(
        place: "an entry of 'redact'", summary: "A pattern of what is not to be written.",
        keys: [
            Key("name", .text, "What stands in the place of what it matches names it."),
            Key("pattern", .text, "A regular expression.", required: true),
        ])

    private static let partShape = ValueShape.either([
        .word(MatchPart.words.map(\.word)), .mapping(.matchPart),
    ])
}

/// A choice between what was recorded and something else.
enum RecordedOrNot {
    case ids
    case created

    /// The first: as recorded.
    var words: [String] {
        switch self {
        case .ids: ["recorded", "fresh"]
        case .created: ["recorded", "now"]
        }
    }
}
