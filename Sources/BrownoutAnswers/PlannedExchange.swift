package import BrownoutDialects
package import BrownoutEngine
import BrownoutWire

/// A request with everything that was decided about its answer.
package struct PlannedExchange: Sendable {
    /// What the answer has to be got from.
    package enum Wanted: Sendable {
        case recording(ReplaySource)
        case upstream(Upstream)
        /// An upstream that nobody has named, where nothing is made up in its place.
        case nobody
    }

    /// The request as its dialect read it.
    package var request: ParsedRequest
    /// What was decided of it.
    package var decision: Decision
    /// What the answer takes from outside: the date and the like.
    package let moment: AnswerMoment
    /// Where the answer comes from; nil: it is made here, and in ``answer``.
    package let wanted: Wanted?
    /// Whom the request is for, where its answer comes from elsewhere.
    package let address: RequestAddress?
    /// The answer itself.
    package var answer: SuppliedAnswer
    /// What the request says to a model, where that is known already.
    var prompt: PromptSketch?
    /// There was no room for the answer: the provider says that it is not available.
    package var isRefused = false

    /// The request came on a connection that a fault keeps for resetting it.
    package mutating func resetInstead() {
        decision = decision.with(fault: .connection(.resetNextRequest, after: .zero))
        answer.script = answer.script.cut(.reset, at: .start)
    }
}

/// When and for what kind of connection an answer is made.
package struct AnswerMoment: Sendable {
    /// The engine's clock.
    package var elapsed: Duration
    /// The time of day in microseconds since 1970, and its second as HTTP writes it.
    package var wall: Int64
    /// The `date` of the head.
    package var date: String
    /// Tells the client that the connection does not outlive the answer.
    package var closing: Bool
    /// False for the answer to HEAD, which is a head alone.
    package var hasBody: Bool

    package init(
        elapsed: Duration, wall: Int64, date: String, closing: Bool, hasBody: Bool = true
    ) {
        self.elapsed = elapsed
        self.wall = wall
        self.date = date
        self.closing = closing
        self.hasBody = hasBody
    }
}
