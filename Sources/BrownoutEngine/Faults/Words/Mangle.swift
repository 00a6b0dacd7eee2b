/// What becomes of one event of a stream: the one a position falls into, or the next one behind
/// it.
package enum Mangle: String, FaultWord {
    case drop
    case duplicate
    case reorder
    case badJSON = "bad-json"
    case badUTF8 = "bad-utf8"
    case hugeEvent = "huge-event"
    case commentFlood = "comment-flood"
    case pingFlood = "ping-flood"

    /// The heading of these faults, and the key that names them: `{mangle: drop}`.
    package static let family = FaultFamily.mangle

    /// What is known of the fault; the file is under `Rows/Mangle`.
    package var row: FaultRow {
        switch self {
        case .drop: .drop
        case .duplicate: .duplicate
        case .reorder: .reorder
        case .badJSON: .badJson
        case .badUTF8: .badUtf8
        case .hugeEvent: .hugeEvent
        case .commentFlood: .commentFlood
        case .pingFlood: .pingFlood
        }
    }
}
