import BrownoutEngine

/// Something that happens to an answer at a position.
struct Interruption: Sendable {
    enum Action: Equatable, Sendable {
        /// Silence, then the answer goes on.
        case pause(Duration)
        /// Nothing of the answer comes after this; `payload` is sent first.
        case finish(payload: [UInt8], Ending)
    }

    var position: Position
    var action: Action
    /// An error event stands between events, so it waits for the end of the one it falls into.
    var betweenEvents = false
}

/// How an answer that is broken off ends.
enum Ending: Equatable, Sendable {
    /// The framing is closed properly; the connection stays usable.
    case clean
    case fin
    case reset
    case silence
    /// Silence with the socket open, then FIN.
    case silenceThenClose(Duration)
}
