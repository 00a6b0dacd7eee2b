package import BrownoutDialects
package import BrownoutEngine
package import BrownoutWire

/// An answer as it will be played, and what the journal says of it.
package struct SuppliedAnswer: Sendable {
    /// What happens on the connection.
    package var script: WireScript
    /// What it costs and calls, as far as that is known before it goes out.
    package var account = AnswerAccount()
    /// What finds that out at its end, of an answer that is still to come.
    package var reading: PassedReading?
    /// What an error answer promises in `retry-after`.
    package var retryAfter: String?
    /// The same in every form, and what `x-should-retry` says.
    package var promises: [PromisedWait] = []
    /// What the answer's `x-should-retry` says; nil: it has none.
    package var shouldRetry: Bool?
    /// What is worth a sentence in the journal.
    package var notes: [String] = []
    /// The ids in its head, where somebody else made them.
    package var foreignID: String?
    /// The `cf-ray` of an answer that somebody else made.
    package var foreignRay: String?
    /// What is to be kept of the conversation, once the answer is delivered.
    package var thread: ThreadTicket?

    package init(_ script: WireScript) {
        self.script = script
    }

    /// Keeps the ids that somebody else put into the answer's head.
    mutating func takeIDs(of head: ResponseHead) {
        foreignID = (head.fields.value(of: "x-request-id") ?? head.fields.value(of: "request-id"))
            .map { String($0.prefix(SuppliedAnswer.longestID)) }
        foreignRay = head.fields.value(of: "cf-ray")
            .map { String($0.prefix(SuppliedAnswer.longestID)) }
    }

    private static let longestID = 200

    /// Keeps what the head of an error answer says of when to ask again.
    mutating func takePromises(of head: ResponseHead) {
        guard head.status >= 400 else { return }
        (promises, shouldRetry) = head.fields.promises
    }

    /// Keeps the header of a wait as it went out.
    mutating func takeRetryAfter(of head: ResponseHead) {
        retryAfter =
            head.fields.value(of: "retry-after")
            ?? head.fields.value(of: "retry-after-ms").map { "\($0) ms" }
    }
}
