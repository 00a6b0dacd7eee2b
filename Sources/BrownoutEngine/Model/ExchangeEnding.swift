/// How an exchange ended, in the journal's words. A fault's own ending is a ``CutEnding``, which
/// says what is to happen; this is what has happened.
package enum ExchangeEnding: String, CaseIterable, Sendable {
    /// The whole answer went out, and its end with it.
    case complete
    /// The message ended as HTTP has it, and the answer in it was not whole.
    case clean
    /// FIN before the answer's end, or in place of an answer.
    case fin
    /// RST.
    case reset
    /// RST_STREAM; the connection goes on.
    case resetStream = "reset-stream"
    /// Silence, until the connection was closed.
    case hang
    /// The peer hears nothing any more, and is not heard.
    case halfOpen = "half-open"
    /// The kernel refused what the fault needs.
    case failed
    /// The client hung up first.
    case clientLeft = "client-left"
    /// The server was stopped.
    case stopped
    /// One of the server's own limits.
    case limit
    /// No TLS handshake came about.
    case handshakeFailed = "handshake-failed"
    /// A TLS handshake that was to fail, and did not.
    case handshakeComplete = "handshake-complete"
    /// Of what is decided about a connection: the client speaks HTTP/1.1, which has no such fault.
    case http1 = "http/1.1"
    /// The same: the connection's settings have been sent, and it goes on.
    case http2 = "http/2"
}
