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

    /// The heading of these faults, and the key that names them: `{shape: crlf}`.
    package static let family = FaultFamily.shape

    /// What is known of the fault; the file is under `Rows/Shape`.
    package var row: FaultRow {
        switch self {
        case .comments: .comments
        case .eventIDs: .eventIds
        case .noSpace: .noSpace
        case .noEventNames: .noEventNames
        case .emptyFirstChunk: .emptyFirstChunk
        case .noDelta: .noDelta
        case .extraEvent: .extraEvent
        case .afterTerminal: .afterTerminal
        case .byteOrderMark: .bom
        case .crlf: .crlf
        case .cr: .cr
        case .noFinalBlankLine: .noFinalBlankLine
        case .oneByteChunks: .oneByteChunks
        case .splitEvents: .splitEvents
        case .groupedEvents: .groupedEvents
        case .heldBack: .heldBack
        case .wrongContentType: .wrongContentType
        }
    }
}
