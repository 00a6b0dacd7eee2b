package import BrownoutEngine

/// One thing that happens on a connection. A script is a series of these.
package enum WireStep: Equatable, Sendable {
    case send([UInt8])
    case cue(WireCue)
    case wait(Duration)
    /// Until the peer's kernel has acknowledged every byte, so that what follows cannot eat them.
    case drain
    /// The answer is complete; the connection may serve another request.
    case end
    /// FIN.
    case closeWrite
    /// RST.
    case reset
    /// Silence with the socket open until the client leaves.
    case hang
}

/// A step whose bytes, if any, were appended to the caller's buffer: what a player asks for.
package enum WireCue: Equatable, Sendable {
    case sent
    /// Nothing has come that could be sent. With a time, something happens then (counted like
    /// ``WireScript/elapsed``) if nothing comes before.
    case await(until: Duration?)
    /// The head is due, as ``WireScript/head`` has it: of HTTP/2 alone, where it is no bytes.
    case head
    /// What was sent so far goes out now, in a segment of its own.
    case flush
    case wait(Duration)
    case drain
    case end
    case closeWrite
    case reset
    case hang
    /// Nothing the peer sends is acknowledged any more.
    case halfOpen
    /// RST, and the port is closed for so long.
    case refuse(Duration)
    /// RST_STREAM with a code.
    case resetStream(UInt32)
    /// GOAWAY; the answer goes on, unless the script ends here.
    case goAway(HTTP2Fault.LastStream, code: UInt32)
    /// From here on what is sent does not decrypt.
    case corrupt

    /// Whether no bytes of the script come after this.
    package var endsScript: Bool {
        switch self {
        case .end, .closeWrite, .reset, .hang, .halfOpen, .refuse, .resetStream: true
        case .sent, .await, .head, .flush, .wait, .drain, .goAway, .corrupt: false
        }
    }
}
