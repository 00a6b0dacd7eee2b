package import BrownoutEngine
package import BrownoutRecords

/// What a client says it made of an answer.
package struct Declaration: Equatable, Sendable {
    /// How the call ended for the client.
    package var outcome: DeclaredOutcome
    /// What it took the error for; nil: it does not say.
    package var category: ErrorCategory?
    /// Whether it took it for worth a retry; nil: it does not say.
    package var isRetryable: Bool?
    /// Its own words.
    package var message: String?
    /// When it was said, on the scenario's clock.
    package var at: Int64
    /// The exchange that it names; nil: it speaks of the call.
    package var exchange: UInt64?

    package init(
        outcome: DeclaredOutcome, category: ErrorCategory? = nil, isRetryable: Bool? = nil,
        message: String? = nil, at: Int64, exchange: UInt64? = nil
    ) {
        self.outcome = outcome
        self.category = category
        self.isRetryable = isRetryable
        self.message = message
        self.at = at
        self.exchange = exchange
    }

    /// What a record of the journal says.
    init(_ record: OutcomeRecord) {
        self.init(
            outcome: record.outcome, category: record.category, isRetryable: record.retryable,
            message: record.message, at: record.begin.scenario)
        if case .exchange(let id) = record.subject { exchange = id }
    }

    /// Whether the call is over by it.
    var isDecisive: Bool { outcome != .partial }
}

extension OutcomeRecord {
    /// When it was said.
    var begin: Instant { Instant(scenario: scenarioTime ?? at, wall: at) }
}
