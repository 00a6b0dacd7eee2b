/// How a cut stream ends.
package enum CutEnding: String, CaseIterable, Sendable {
    /// The terminal chunk, without the protocol's own end.
    case clean
    /// The connection is closed without the terminal chunk.
    case fin
    /// TCP RST.
    case reset
    /// Silence with the socket open.
    case stall
    /// The peer is gone without a trace: silence, and nothing the client sends is acknowledged.
    case halfOpen = "half-open"
}
