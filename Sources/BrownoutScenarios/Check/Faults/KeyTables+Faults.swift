import BrownoutEngine
import BrownoutJSON
import BrownoutYAML

/// The keys that say what a fault is, of which it has one.
enum FaultKey: String, CaseIterable {
    case cause
    case cut
    case stall
    case hang
    case dribble
    case slowHeaders = "slow-headers"
    case refuse
    case connection
    case framing
    case mangle
    case shape
    case missing
    case content
    case page
    case raw
    case rawStream = "raw-stream"
    case http2
    case tls

    /// The value is a word of the family of faults that the key names.
    var isFamily: Bool {
        switch self {
        case .connection, .framing, .mangle, .shape, .missing, .content, .page, .http2, .tls: true
        case .cause, .cut, .stall, .hang, .dribble, .slowHeaders, .refuse, .raw, .rawStream: false
        }
    }

    /// Has no place of its own, so `at` has to say it.
    var needsPosition: Bool { self == .cut || self == .stall }
}

extension KeyTable {
    static let fault = KeyTable(
        place: "a fault",
        summary: "One of the kinds of fault, and its details.",
        keys: [
            Key("cause", .vocabulary(.causes), "The provider's own error answer."),
            Key("cut", .word(CutEnding.allCases.map(\.rawValue)), "The answer ends at `at`."),
            Key("stall", .grammar(.duration), "Silence at `at`, then the answer goes on."),
            Key(
                "hang", .either([.grammar(.duration), .word(["forever"])]),
                "Silence at `at`, without an answer to come."),
            Key("dribble", .grammar(.byteRate), "From `at` on, the body trickles."),
            Key("slow-headers", .grammar(.byteRate), "The head trickles."),
            Key("refuse", .grammar(.duration), "RST, and the port is closed for so long."),
            Key(
                "connection", .vocabulary(.family(.connection)),
                "What is wrong with the connection."),
            Key("framing", .vocabulary(.family(.framing)), "How the message is malformed."),
            Key("mangle", .vocabulary(.family(.mangle)), "What becomes of the event at `at`."),
            Key("shape", .vocabulary(.family(.shape)), "How the stream is written."),
            Key("missing", .vocabulary(.family(.missing)), "What the answer leaves out."),
            Key(
                "content", .vocabulary(.family(.content)), "What is wrong with a successful answer."
            ),
            Key("page", .vocabulary(.family(.page)), "The page of a proxy or portal."),
            Key("raw", .mapping(.raw), "A response in words of your own."),
            Key("raw-stream", .mapping(.rawStream), "A stream in words of your own."),
            Key("http2", .vocabulary(.family(.http2)), "What HTTP/2 does to the answer."),
            Key("tls", .vocabulary(.family(.tls)), "What is wrong with TLS."),
        ] + faultDetails,
        needsOneOf: FaultKey.allCases.map(\.rawValue),
        choices: faultChoices)

    /// What a fault is decides which details it has.
    private static let faultChoices = FaultKey.allCases.map { kind in
        Choice(
            key: kind.rawValue,
            excludes: FaultKey.allCases.filter { $0 != kind }.map(\.rawValue)
                + detailOwners.filter { !$0.keys.contains(kind) }.map(\.detail),
            needs: kind.needsPosition ? ["at"] : [])
    }

    private static let faultDetails = [
        Key("at", .grammar(.position), "Where in the answer."),
        Key(
            "retry-after",
            .either([
                .grammar(.duration), .word(["absent", "absurd", "garbage"]),
                .mapping(.retryAfter),
            ]),
            "With a cause: what the Retry-After header says."),
        Key("should-retry", .boolean, "With a cause: the header `x-should-retry`."),
        Key("message", .text, "With a cause: the error's text."),
        Key(
            "limit", .word(["requests", "tokens"]),
            "With `rate-limited`: which limit was hit", usual: "requests"),
        Key("after", .grammar(.duration), "With `fin-while-idle`: how long it is idle."),
        Key(
            "code", .either([.word(HTTP2Code.allCases.map(\.name)), .integer(from: 0)]),
            "With `goaway` and `reset-stream`: the error code."),
        Key(
            "last-stream", .either([.word(Word.lastStreams), .integer(from: 0)]),
            "With `goaway`: the last stream it names; this one by default."),
    ]

    /// The keys of faults that a detail belongs to, and how messages name them.
    static let detailOwners: [(detail: String, keys: [FaultKey], words: String)] = [
        ("retry-after", [.cause], "a cause"), ("should-retry", [.cause], "a cause"),
        ("message", [.cause], "a cause"), ("limit", [.cause], "a cause"),
        ("after", [.connection], "'connection: fin-while-idle'"),
        ("code", [.http2], "'http2'"), ("last-stream", [.http2], "'http2: goaway'"),
        (
            "at", [.cause, .cut, .stall, .hang, .dribble, .framing, .mangle, .http2, .tls],
            "a fault that stands at one place of an answer"
        ),
    ]

    static let retryAfter = KeyTable(
        place: "'retry-after'",
        summary: "A Retry-After in another form than seconds, or one that is enforced.",
        keys: [
            Key("for", .grammar(.duration), "Seconds, as without a mapping."),
            Key("ms", .grammar(.duration), "`retry-after-ms`, in milliseconds."),
            Key("http-date", .grammar(.duration), "A date, this long after the answer."),
            Key(
                "enforced", .boolean,
                "With `for` or `ms`: a call that comes back too early gets the error again, with "
                    + "what is left of the wait."),
        ],
        needsOneOf: ["for", "ms", "http-date"],
        choices: [
            Choice(key: "for", excludes: ["ms", "http-date"]),
            Choice(key: "ms", excludes: ["for", "http-date"]),
            Choice(key: "http-date", excludes: ["for", "ms", "enforced"]),
        ])

    static let raw = KeyTable(
        place: "'raw'", summary: "A response in words of your own: nothing is added but a length.",
        keys: [
            Key("status", .integer(from: 100), "The status", usual: 200),
            Key("reason", .text, "The text of the status line."),
            Key("headers", .record(key: ".+", .text), "All header fields there are."),
            Key(
                "body", .anything, "Text, or a mapping or list that is sent as JSON."),
        ])

    static let rawStream = KeyTable(
        place: "'raw-stream'", summary: "A stream in words of your own.",
        keys: [
            Key(
                "frames", .list(.either([.text, .mapping(.frame)])),
                "Texts sent as they are, each in a chunk of its own; events; pauses.",
                required: true),
            Key("status", .integer(from: 100), "The status", usual: 200),
            Key("content-type", .text, "The media type", usual: "text/event-stream"),
            Key("headers", .record(key: ".+", .text), "Further header fields."),
            Key(
                "ending", .word(CutEnding.allCases.map(\.rawValue)),
                "How it ends behind the last frame", usual: .string(CutEnding.clean.rawValue)),
        ])

    static let frame = KeyTable(
        place: "a frame", summary: "An event, or a pause.",
        keys: [
            Key("event", .text, "The event's name."),
            Key(
                "data", .anything, "Its data: text, or a mapping or list that is sent as JSON."),
            Key("wait", .grammar(.duration), "A pause before what follows."),
        ],
        needsOneOf: ["event", "data", "wait"])

    static let faultShape = ValueShape.either([
        oneFaultShape, .list(oneFaultShape),
    ])
    private static let oneFaultShape = ValueShape.either([
        .vocabulary(.faults), .mapping(.fault),
    ])
}
