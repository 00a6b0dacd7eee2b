package import BrownoutEngine

/// What a client says it made of an answer, as the journal keeps it.
package struct OutcomeRecord: Sendable, Equatable {
    /// What it is about.
    package enum Subject: Sendable, Equatable {
        /// A call, by what the client sent as `x-brownout-call` or `Idempotency-Key`.
        case call(String)
        /// The call that an exchange is an attempt of.
        case exchange(UInt64)
        /// The same, by a request id that somebody else made: an upstream, a recording.
        case request(String)
        /// The session's last call that had ended when the request began that said so.
        case latest
    }

    /// When it was said, in microseconds since 1970 (UTC).
    package var at: Int64
    /// The same moment on the scenario's clock, in microseconds since the server began.
    package var scenarioTime: Int64?
    /// The session that it names.
    package var session: String
    /// What it is about.
    package var subject: Subject
    /// How the call ended for the client.
    package var outcome: DeclaredOutcome
    /// What it took the error for; nil: it does not say.
    package var category: ErrorCategory?
    /// Whether it took it for worth a retry; nil: it does not say.
    package var retryable: Bool?
    /// Its own words; nil: there are none.
    package var message: String?

    package init(
        at: Int64, scenarioTime: Int64? = nil, session: String, subject: Subject,
        outcome: DeclaredOutcome, category: ErrorCategory? = nil, retryable: Bool? = nil,
        message: String? = nil
    ) {
        self.at = at
        self.scenarioTime = scenarioTime
        self.session = session
        self.subject = subject
        self.outcome = outcome
        self.category = category
        self.retryable = retryable
        self.message = message
    }
}

/// A client's word for how a call ended; the raw value is what it sends.
package enum DeclaredOutcome: String, CaseIterable, Sendable {
    case succeeded
    case failed
    /// Somebody else's answer is used.
    case fellBack = "fell-back"
    /// A part of the answer is used; the call goes on.
    case partial
}
