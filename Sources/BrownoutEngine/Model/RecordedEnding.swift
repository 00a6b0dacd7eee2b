/// How an exchange with a provider ended, seen from its client: what a recording keeps, and what a
/// body does that is passed on. What becomes of an exchange with a client of ours is an
/// ``ExchangeEnding``.
package enum RecordedEnding: String, CaseIterable, Sendable {
    /// The message was whole, as its framing has it.
    case complete
    /// The upstream closed its side (FIN) before the message was whole.
    case closedEarly = "closed-early"
    /// The upstream reset the connection (RST).
    case reset
    /// Nothing more came for as long as the recorder waits.
    case timedOut = "timed-out"
    /// The client left; the upstream was not heard to the end.
    case clientLeft = "client-left"
    /// The recorder was stopped; the upstream was not heard to the end.
    case stopped = "recorder-stopped"
    /// No connection to the upstream came about.
    case refused
}
