/// One thing that happens on a connection. A script is a series of these.
package enum WireStep: Equatable, Sendable {
    case send([UInt8])
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
    case wait(Duration)
    case drain
    case end
    case closeWrite
    case reset
    case hang

    /// Whether no bytes of the script come after this.
    package var endsScript: Bool {
        switch self {
        case .end, .closeWrite, .reset, .hang: true
        case .sent, .wait, .drain: false
        }
    }
}
