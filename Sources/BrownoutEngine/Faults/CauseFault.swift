package import BrownoutJSON

/// What the Retry-After headers of an error answer say.
package enum RetryAfter: Equatable, Sendable {
    /// `retry-after: 2`, or `1.5`.
    case seconds(Duration)
    /// `retry-after-ms: 1500`, which only some clients read.
    case milliseconds(Duration)
    /// `retry-after: <date>`, this long after the answer.
    case httpDate(Duration)
    case absent
    /// A wait no client should accept: a year.
    case absurd
    /// Text that is neither a number nor a date.
    case garbage

    /// The wait that it names; nil: none that a client could keep.
    package var wait: Duration? {
        switch self {
        case .seconds(let wait), .milliseconds(let wait), .httpDate(let wait): wait
        case .absent, .absurd, .garbage: nil
        }
    }

    /// The same form of what is left of the wait, rounded up as the form has it: whole seconds stay
    /// whole.
    func leaving(_ left: Duration) -> RetryAfter {
        switch self {
        case .seconds(let wait):
            .seconds(
                left.roundedUp(to: wait.inNanoseconds % 1_000_000_000 == 0 ? 1000 : 1))
        case .milliseconds: .milliseconds(left.roundedUp(to: 1))
        case .httpDate: .httpDate(left)
        case .absent, .absurd, .garbage: self
        }
    }
}

extension Duration {
    fileprivate func roundedUp(to milliseconds: Int64) -> Duration {
        let step = milliseconds * 1_000_000
        return .nanoseconds((inNanoseconds + step - 1) / step * step)
    }
}

/// An error answer of the provider.
package struct CauseFault: Equatable, Sendable {
    /// Why the request fails. The provider has a status and a body for it.
    package var cause: Cause
    /// Nil: what the provider does by itself.
    package var retryAfter: RetryAfter?
    /// Whoever comes back before the wait of ``retryAfter`` is over gets the error again, with what
    /// is left of it. True only where there is a wait.
    package var isEnforced: Bool
    /// `x-should-retry`, which the official SDKs obey before anything else; nil: not sent.
    package var shouldRetry: Bool?
    /// In place of the provider's own text.
    package var message: String?
    /// For `rate-limited`: the limit that was hit is one of tokens, not of requests.
    package var countsTokens: Bool
    /// For `permission-denied`: what was refused, where the provider has words for it.
    package var grounds: Grounds?
    /// What stands in place of parts of the provider's answer.
    package var override: AnswerOverride?
    /// The limit that was hit, where there is one: its numbers are the answer's.
    package var limit: LimitHit?

    /// What a client may not.
    package enum Grounds: CaseIterable, Sendable {
        /// Ask from its address.
        case address
        /// Ask from its country.
        case country
        /// Use the model.
        case model
    }

    package init(
        _ cause: Cause, retryAfter: RetryAfter? = nil, isEnforced: Bool = false,
        shouldRetry: Bool? = nil,
        message: String? = nil, countsTokens: Bool = false, grounds: Grounds? = nil,
        override: AnswerOverride? = nil, limit: LimitHit? = nil
    ) {
        self.cause = cause
        self.retryAfter = retryAfter
        self.isEnforced = isEnforced
        self.shouldRetry = shouldRetry
        self.message = message
        self.countsTokens = countsTokens
        self.grounds = grounds
        self.override = override
        self.limit = limit
    }

    /// Whether a well-behaved client tries the same request again: not one that alone is more
    /// than a limit lets through.
    package var isRetryable: Bool { cause.isRetryable && limit?.wait != .never }
}

/// A scenario's own status, header fields or body in place of the provider's; what is not given
/// stays the provider's.
package struct AnswerOverride: Equatable, Sendable {
    /// The status of the answer; nil: the provider's for the cause.
    package var status: Int?
    /// Added to the provider's, or in place of those with the same name.
    package var headers: [HeaderField]
    /// The body of the answer; nil: the provider's for the cause.
    package var body: Body?

    /// A body in the scenario's own words: sent as JSON, or as the text it is.
    package enum Body: Equatable, Sendable {
        case json(JSON)
        case text(String)
    }

    package init(status: Int? = nil, headers: [HeaderField] = [], body: Body? = nil) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}
