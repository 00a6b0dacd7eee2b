/// How one dimension of a limit stands after a request, as headers show it.
package struct LimitGauge: Equatable, Sendable {
    /// What headers call the limit: ``Limit/Quota/stated``.
    package var limit: Int
    /// What would pass now.
    package var remaining: Int
    /// Until it is as if nothing had been used.
    package var reset: Duration

    package init(limit: Int, remaining: Int, reset: Duration) {
        self.limit = limit
        self.remaining = remaining
        self.reset = reset
    }

    /// Whether it is the one that a client runs into first: fewer are left, or for longer.
    func isTighter(than other: LimitGauge) -> Bool {
        (remaining, other.reset) < (other.remaining, reset)
    }
}

/// How the limits stand that a request came under: the tightest of each dimension. Nil where no
/// limit counts the dimension.
package struct LimitStatus: Equatable, Sendable {
    /// The tightest limit of requests in a time.
    package var requests: LimitGauge?
    /// The tightest limit of prompts' tokens in a time.
    package var inputTokens: LimitGauge?
    /// The tightest limit of answers' tokens in a time.
    package var outputTokens: LimitGauge?

    package init(
        requests: LimitGauge? = nil, inputTokens: LimitGauge? = nil,
        outputTokens: LimitGauge? = nil
    ) {
        self.requests = requests
        self.inputTokens = inputTokens
        self.outputTokens = outputTokens
    }

    /// The tighter of the two kinds of tokens.
    package var tokens: LimitGauge? {
        guard let inputTokens, let outputTokens else { return inputTokens ?? outputTokens }
        return outputTokens.isTighter(than: inputTokens) ? outputTokens : inputTokens
    }

    mutating func take(_ gauge: LimitGauge, of dimension: Limit.Dimension) {
        switch dimension {
        case .requests: LimitStatus.keep(gauge, in: &requests)
        case .inputTokens: LimitStatus.keep(gauge, in: &inputTokens)
        case .outputTokens: LimitStatus.keep(gauge, in: &outputTokens)
        case .concurrent: break
        }
    }

    private static func keep(_ gauge: LimitGauge, in kept: inout LimitGauge?) {
        if kept.map(gauge.isTighter) ?? true { kept = gauge }
    }
}

/// What a request has of the limits it came under.
package struct LimitTicket: Equatable, Sendable {
    /// As it was when the request was decided.
    package internal(set) var standing: LimitStatus
    /// The buckets that its answer's tokens are taken from.
    var outputs: [Output] = []
    /// The buckets in which its answer counts as in progress.
    var holds: [BucketReference] = []

    init(_ standing: LimitStatus = LimitStatus()) {
        self.standing = standing
    }

    struct Output: Equatable, Sendable {
        var bucket: BucketReference
        /// The places of limit and quota in the scenario.
        var limit: Int
        var quota: Int
    }

    /// Whether the answer's tokens count against a limit.
    package var countsOutput: Bool { !outputs.isEmpty }

    /// Whether the answer counts as in progress until it is released.
    package var isHeld: Bool { !holds.isEmpty }
}

/// A limit that a request ran into, in numbers.
package struct LimitHit: Equatable, Sendable {
    /// How long the request would have to wait to pass.
    package enum Wait: Equatable, Sendable {
        /// After it, the request passes if nobody else came.
        case exact(Duration)
        /// Nobody knows when an answer in progress ends; this is as good as any.
        case suggested(Duration)
        /// The request alone is more than the limit lets through.
        case never
    }

    /// What there was not enough of.
    package var dimension: Limit.Dimension
    /// Nil for what is in progress.
    package var rate: LimitRate?
    /// The most that passes: ``Limit/Quota/stated``, or what passes at once where no wait helps. Of
    /// what is in progress, the answers at a time.
    package var limit: Int
    /// How much of it was used when the request came.
    package var used: Int
    /// How much the request needs: 1 of requests and of answers in progress, the prompt's tokens,
    /// or 1 of the tokens that its answer will have.
    package var requested: Int
    /// When to come back, as far as anybody knows.
    package var wait: Wait

    package init(
        dimension: Limit.Dimension, rate: LimitRate?, limit: Int, used: Int, requested: Int,
        wait: Wait
    ) {
        self.dimension = dimension
        self.rate = rate
        self.limit = limit
        self.used = used
        self.requested = requested
        self.wait = wait
    }

    /// Nil when no wait helps.
    package var delay: Duration? {
        switch wait {
        case .exact(let delay), .suggested(let delay): delay
        case .never: nil
        }
    }

    /// Whether it keeps a request off for longer than another.
    func isWorse(than other: LimitHit) -> Bool {
        guard let delay else { return other.delay != nil }
        return other.delay.map { delay > $0 } ?? false
    }
}

/// How one dimension of a bucket stands, for people and metrics.
package struct LimitReading: Equatable, Sendable {
    /// The limit's name.
    package var limit: String
    /// The name of the session whose bucket it is; sessions share none.
    package var session: String
    /// Whose bucket it is, a key by its digest: `key 8f3a…, model gpt-4o`, or `all`.
    package var subject: String
    /// What the bucket counts here; a limit of several dimensions has a reading for each.
    package var dimension: Limit.Dimension
    /// What the bucket holds when nothing is used: ``Limit/Quota/stated``, or the answers at a
    /// time.
    package var amount: Int
    /// What would pass now; never negative.
    package var remaining: Int
    /// Until it is as if nothing had been used; zero for what is in progress.
    package var reset: Duration
}
