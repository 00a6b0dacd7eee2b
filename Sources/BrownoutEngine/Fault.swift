package import BrownoutJSON

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
}

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
}

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
}

/// An error answer of the provider.
package struct CauseFault: Equatable, Sendable {
    package var cause: Cause
    /// Nil: what the provider does by itself.
    package var retryAfter: RetryAfter?
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
        _ cause: Cause, retryAfter: RetryAfter? = nil, shouldRetry: Bool? = nil,
        message: String? = nil, countsTokens: Bool = false, grounds: Grounds? = nil,
        override: AnswerOverride? = nil, limit: LimitHit? = nil
    ) {
        self.cause = cause
        self.retryAfter = retryAfter
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
    package var status: Int?
    /// Added to the provider's, or in place of those with the same name.
    package var headers: [HeaderField]
    package var body: Body?

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

/// What goes wrong with an answer. Most requests carry none, so what an error holds is kept
/// apart: rules and decisions are copied often.
package enum Fault: Equatable, Sendable {
    /// The answer is an error, with its status.
    indirect case error(CauseFault)
    /// The stream breaks off with an error event; on a plain answer, the same as `error`.
    indirect case errorEvent(CauseFault, at: Position)
    /// The answer ends too early.
    case cut(CutEnding, at: Position)
    /// Silence for a while, then the answer goes on.
    case stall(Duration, at: Position)
    /// Silence with the socket open until the client leaves, or until the time is over and the
    /// connection is closed.
    case hang(Duration?, at: Position)

    /// The fault's name in scenarios, journal and reference.
    package var kind: FaultKind {
        switch self {
        case .error: .error
        case .errorEvent: .errorEvent
        case .cut(.fin, at: .start): .noAnswer
        case .cut(.reset, at: .start): .reset
        case .cut: .cut
        case .stall: .stall
        case .hang: .hang
        }
    }

    /// What the client should make of an answer with this fault; nil where the provider's answer
    /// is whole in the end.
    package var category: ErrorCategory? {
        switch self {
        case .error(let fault), .errorEvent(let fault, _): fault.cause.category
        case .cut(.stall, _), .hang: .timeout
        case .cut: .networkError
        case .stall: nil
        }
    }

    /// Whether a well-behaved client tries again after an error answer; nil for other faults.
    package var isRetryable: Bool? {
        switch self {
        case .error(let fault), .errorEvent(let fault, _): fault.isRetryable
        case .cut, .stall, .hang: nil
        }
    }

    package var cause: Cause? {
        switch self {
        case .error(let fault), .errorEvent(let fault, _): fault.cause
        case .cut, .stall, .hang: nil
        }
    }
}

/// The catalogue of faults: one entry feeds the scenario language, its schema and the reference.
package enum FaultKind: String, CaseIterable, Sendable {
    case error = "cause"
    case errorEvent = "error-event"
    case cut
    case stall
    case hang
    case noAnswer = "no-answer"
    case reset
    case latency

    /// One line for the reference and for messages.
    package var summary: String {
        switch self {
        case .error: "the provider's own error answer: status, body and headers"
        case .errorEvent: "a stream that breaks off with the provider's error event"
        case .cut: "an answer that ends at a position: clean, fin, reset or stall"
        case .stall: "silence at a position, then the answer goes on"
        case .hang: "silence at a position with the socket open, without an answer to come"
        case .noAnswer: "the request is read, then the connection is closed with FIN, no byte sent"
        case .reset: "the request is read, then the connection is reset (RST), no byte sent"
        case .latency: "time before the headers, the first token or every further token"
        }
    }

    /// How a scenario writes it.
    package var example: String {
        switch self {
        case .error: "fault: {cause: rate-limited, retry-after: 2s}"
        case .errorEvent: "fault: {cause: overloaded, at: event 3}"
        case .cut: "fault: {cut: reset, at: token 5}"
        case .stall: "fault: {stall: 20s, at: 50%}"
        case .hang: "fault: {hang: forever, at: headers}"
        case .noAnswer: "fault: no-answer"
        case .reset: "fault: reset"
        case .latency: "latency: {before-headers: 2s, first-token: 300ms, between-tokens: 20ms}"
        }
    }
}

/// The waits of one answer, each a duration or a distribution.
package struct LatencyPlan: Equatable, Sendable {
    package var beforeHeaders: Latency?
    package var firstToken: Latency?
    package var betweenTokens: Latency?

    package init(
        beforeHeaders: Latency? = nil, firstToken: Latency? = nil, betweenTokens: Latency? = nil
    ) {
        self.beforeHeaders = beforeHeaders
        self.firstToken = firstToken
        self.betweenTokens = betweenTokens
    }
}
