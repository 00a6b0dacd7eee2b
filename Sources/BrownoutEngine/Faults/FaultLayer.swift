/// The part of an answer that a fault decides. Faults compose where they decide different parts.
package enum FaultLayer: Int, CaseIterable, Sendable {
    /// What the answer is.
    case answer
    /// How the events of a stream are written.
    case events
    /// One event of a stream.
    case event
    /// The message around the answer.
    case framing
    /// How fast it comes.
    case pace
    /// How it ends.
    case ending
    /// What becomes of the connection behind it.
    case afterwards
    /// What becomes of a connection before any request.
    case accept

    /// For messages: the part in words.
    package var words: String {
        switch self {
        case .answer: "what the answer is"
        case .events: "how the events are written"
        case .event: "what becomes of one event"
        case .framing: "the message around the answer"
        case .pace: "how fast the answer comes"
        case .ending: "how the answer ends"
        case .afterwards: "what becomes of the connection afterwards"
        case .accept: "what becomes of a connection before any request"
        }
    }
}
