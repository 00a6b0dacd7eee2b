/// How much a scenario lets through: of requests and tokens in a time, and of answers at a time.
package struct Limit: Equatable, Sendable {
    /// What is counted.
    package enum Dimension: String, CaseIterable, Sendable {
        case requests
        /// Of prompts, by ``TokenEstimate``.
        case inputTokens = "input-tokens"
        /// Of answers, by ``TokenEstimate``.
        case outputTokens = "output-tokens"
        /// Answers in progress.
        case concurrent

        /// Whether amounts of it are tokens, and not requests or answers.
        package var countsTokens: Bool { self == .inputTokens || self == .outputTokens }
    }

    /// What tells one bucket of a limit from another, within a session.
    package enum Part: String, CaseIterable, Sendable {
        case key
        case client
        case model
        case session
    }

    /// How amounts in a time are counted.
    package enum Algorithm: String, CaseIterable, Sendable {
        /// Fills evenly, and holds no more than its burst.
        case tokenBucket = "token-bucket"
        /// No more than the amount in any stretch of the period's length.
        case slidingWindow = "sliding-window"
        /// The amount anew at each full period of the scenario's time.
        case fixedWindow = "fixed-window"
    }

    /// The amount of one dimension.
    package struct Quota: Equatable, Sendable {
        /// What the amount is of; never ``Dimension/concurrent``, which has no rate.
        package let dimension: Dimension
        /// How much passes in each period.
        package let rate: LimitRate
        /// What passes at once when nothing was used: a token bucket's burst, else the amount.
        package let capacity: Int

        /// The quota of one dimension, which must not be ``Dimension/concurrent``. A `burst` of nil
        /// is the rate's amount.
        package init(_ dimension: Dimension, _ rate: LimitRate, burst: Int? = nil) {
            precondition(dimension != .concurrent, "what is in progress has no rate")
            self.dimension = dimension
            self.rate = rate
            capacity = max(burst ?? rate.amount, 1)
        }

        /// What headers and texts call the limit: never less than what can be left of it.
        package var stated: Int { max(rate.amount, capacity) }
    }

    /// What a refusal says about when to come back.
    package enum Promise: Equatable, Sendable {
        /// The exact time, in the provider's own form.
        case exact
        /// The exact time, in `retry-after-ms` alone.
        case milliseconds
        /// The exact time as a date.
        case httpDate
        /// Something else, true or not.
        case said(RetryAfter)
    }

    /// What metrics call the limit; where it refuses, the journal has it in place of a rule's name.
    /// No other limit of the scenario has the same name.
    package let name: String
    /// Which requests come under the limit, as the scenario says it.
    package let when: Matcher
    /// `when`, as requests are held against it.
    let conditions: Conditions
    /// Empty: one bucket for all of a session.
    package let per: [Part]
    /// One of a dimension at most.
    package let quotas: [Quota]
    /// Answers in progress at a time; nil: any number.
    package let concurrent: Int?
    /// How the amounts of all its quotas are counted.
    package let algorithm: Algorithm
    /// What a refusal says of when to come back.
    package let retryAfter: Promise
    /// In place of the provider's own refusal.
    package let refusal: Fault?
    /// Stands for what is counted and how: two limits with the same word count the same thing,
    /// so what was counted outlives a change of the scenario that leaves this as it is.
    package let word: UInt64

    /// A limit. Its ``word`` is made from everything but `when`, `retryAfter` and `refusal`, which
    /// change nothing that is counted.
    package init(
        name: String, when: Matcher = Matcher(), per: [Part] = [], quotas: [Quota] = [],
        concurrent: Int? = nil, algorithm: Algorithm = .tokenBucket,
        retryAfter: Promise = .exact, refusal: Fault? = nil
    ) {
        self.name = name
        self.when = when
        conditions = when.conditions
        self.per = per
        self.quotas = quotas
        self.concurrent = concurrent
        self.algorithm = algorithm
        self.retryAfter = retryAfter
        self.refusal = refusal
        var hash = SipHash()
        hash.combine(name)
        hash.combine(algorithm.rawValue)
        for part in per { hash.combine(part.rawValue) }
        for quota in quotas {
            hash.combine(quota.dimension.rawValue)
            hash.combine(UInt64(quota.rate.amount))
            hash.combine(UInt64(quota.rate.period))
            hash.combine(UInt64(quota.capacity))
        }
        hash.combine(UInt64(concurrent ?? 0))
        word = hash.finalize()
    }

    /// What its refusals depend on: the clock, or only on what else is in progress.
    package var determinism: Determinism { quotas.isEmpty ? .ordered : .timed }
}
