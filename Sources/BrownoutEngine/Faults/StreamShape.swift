/// How a whole stream is written, in ways that are legal or that real servers and proxies have.
package enum StreamShape: String, FaultWord {
    case comments
    case eventIDs = "event-ids"
    case noSpace = "no-space"
    case noEventNames = "no-event-names"
    case emptyFirstChunk = "empty-first-chunk"
    case noDelta = "no-delta"
    case extraEvent = "extra-event"
    case afterTerminal = "after-terminal"
    case byteOrderMark = "bom"
    case crlf
    case cr
    case noFinalBlankLine = "no-final-blank-line"
    case oneByteChunks = "one-byte-chunks"
    case splitEvents = "split-events"
    case groupedEvents = "grouped-events"
    case heldBack = "held-back"
    case wrongContentType = "wrong-content-type"

    package var summary: String {
        switch self {
        case .comments: "a comment and a blank line before every event"
        case .eventIDs: "an `id:` line in every event"
        case .noSpace: "`data:` without the space behind it"
        case .noEventNames: "events without their `event:` line"
        case .emptyFirstChunk: "a first event that brings no choice"
        case .noDelta: "a choice or content block without its delta"
        case .extraEvent: "an event of the gateway's own before the end"
        case .afterTerminal: "one more event behind the protocol's own end"
        case .byteOrderMark: "a byte order mark before the first event"
        case .crlf: "lines that end with CR LF"
        case .cr: "lines that end with CR alone"
        case .noFinalBlankLine: "the last event without its blank line"
        case .oneByteChunks: "every byte in a chunk of its own"
        case .splitEvents: "every event in several TCP segments"
        case .groupedEvents: "several events in one TCP segment"
        case .heldBack: "head and body held back and sent at once at the end"
        case .wrongContentType: "a content type that the body is not"
        }
    }

    package var need: FaultNeed {
        switch self {
        case .wrongContentType: .nothing
        case .noEventNames: .streamWith(.eventNames)
        case .comments, .eventIDs, .noSpace, .byteOrderMark, .crlf, .cr, .noFinalBlankLine:
            .streamWith(.lines)
        case .emptyFirstChunk, .noDelta, .extraEvent, .afterTerminal, .oneByteChunks, .splitEvents,
            .groupedEvents, .heldBack:
            .stream
        }
    }
}
