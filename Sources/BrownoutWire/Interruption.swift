import BrownoutEngine

/// Something that happens to an answer at a position.
struct Interruption: Sendable {
    enum Action: Equatable, Sendable {
        /// Silence, then the answer goes on.
        case pause(Duration)
        /// From here on the body trickles; met with the first byte that comes late.
        case slow(ByteRate)
        /// The next chunk's framing is wrong; met with that chunk.
        case spoilChunk
        /// Something besides the answer's bytes happens; the answer goes on.
        case emit(WireCue)
        /// Nothing happens here: a fault has been seen by whoever has read up to here.
        case mark
        /// Nothing of the answer comes after this but some events.
        case finish([StreamEvent], Ending)
    }

    var position: Position
    var action: Action
    /// An error event stands between events, so it waits for the end of the one it falls into.
    var betweenEvents = false
    /// Who meets it does not get a whole answer, however much of it goes out.
    var spoils = false
    /// The answer is so of its own accord, and not by a fault.
    var isOwn = false
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
    case halfOpen
    /// RST, and the port is closed for so long.
    case refuse(Duration)
    case resetStream(UInt32)
    /// GOAWAY, then FIN.
    case goAway(HTTP2Fault.LastStream, code: UInt32)

    /// INTERNAL_ERROR (RFC 9113, 7).
    static let internalError = HTTP2Code.internalError.rawValue

    /// What happens on the connection, one after the other; of ``clean``, framing tells.
    var cues: [WireCue] {
        switch self {
        case .clean: []
        case .fin: [.closeWrite]
        case .reset: [.drain, .reset]
        case .silence: [.hang]
        case .silenceThenClose(let duration): [.wait(duration), .closeWrite]
        case .halfOpen: [.drain, .halfOpen]
        case .refuse(let duration): [.refuse(duration)]
        case .resetStream(let code): [.resetStream(code)]
        case .goAway(let last, let code): [.goAway(last, code: code), .closeWrite]
        }
    }
}

extension CutEnding {
    var ending: Ending {
        switch self {
        case .clean: .clean
        case .fin: .fin
        case .reset: .reset
        case .stall: .silence
        case .halfOpen: .halfOpen
        }
    }
}
