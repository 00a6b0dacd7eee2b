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

    package var summary: String {
        switch self {
        case .drop: "an event is left out"
        case .duplicate: "an event comes twice"
        case .reorder: "an event comes after the one that follows it"
        case .badJSON: "an event's JSON is broken; a plain body's, too"
        case .badUTF8: "a byte that UTF-8 does not have, at a byte or amid an event"
        case .hugeEvent: "an event of 2 MiB in white space and its own JSON"
        case .commentFlood: "a thousand comments before an event"
        case .pingFlood: "a thousand pings before an event"
        }
    }

    package var need: FaultNeed {
        switch self {
        case .badJSON, .badUTF8: .nothing
        case .drop, .duplicate, .reorder, .hugeEvent: .stream
        case .commentFlood: .streamWith(.lines)
        case .pingFlood: .streamWith(.pings)
        }
    }
}
