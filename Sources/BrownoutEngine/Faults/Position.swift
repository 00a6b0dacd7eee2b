/// A place in an answer. A position counts what has gone out before it: `event(4)` means that
/// exactly four events arrive whole, then the fault.
package enum Position: Equatable, Sendable {
    /// Before any byte of the answer.
    case start
    /// After the head, before any byte of the body.
    case headers
    /// After this many bytes of the body, framing not counted.
    case byte(Int)
    /// After this many events of a stream; a plain answer's body is one event.
    case event(Int)
    /// After the event (or the byte of a plain body) that brings this many tokens of the reply.
    case token(Int)
    /// After this share of a stream's events, or of a plain body's bytes, rounded down.
    case percent(Chance)
    /// Before the last event of a stream, or the last byte of a plain body.
    case terminal
    /// This long after the answer began, by the plan.
    case elapsed(Duration)
    /// In the middle of the arguments of a tool call: inside the string that carries them.
    case inToolArguments
    /// Inside a character of several bytes, after the first of them: the first there is.
    case inUTF8
}
