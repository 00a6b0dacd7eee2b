/// A line of what was done to answer, in the order in which it was done.
package enum PlayedLine: Sendable, Equatable {
    /// The fault that was planned, as a scenario writes it.
    case fault(String)
    /// Bytes, one piece after the other.
    case sends(count: Int, bytes: Int)
    /// A wait and a piece after it, again and again; `wait` is all the waits together.
    case pacedSends(count: Int, bytes: Int, wait: Duration)
    case wait(Duration)
    /// A step in words: `drain`, `end`, `FIN`. Every line that was read from a journal is one.
    case step(String)
    /// Further steps that were not kept.
    case omitted(Int)
}
