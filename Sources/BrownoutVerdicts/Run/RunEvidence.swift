package import BrownoutEngine
package import BrownoutRecords

/// What is known of a run, as its journal has it.
package struct RunEvidence: Sendable {
    /// The exchanges, in any order.
    package var exchanges: [ExchangeRecord]
    /// What clients said they made of them, in any order.
    package var outcomes: [OutcomeRecord]
    /// When connections were closed, in microseconds since 1970, by their numbers.
    package var closed: [Int: Int64]
    /// How the scenario's time went; nil: as the scenario says.
    package var clock: ClockMode?

    package init(
        _ exchanges: [ExchangeRecord] = [], outcomes: [OutcomeRecord] = [],
        closed: [Int: Int64] = [:]
    ) {
        self.exchanges = exchanges
        self.outcomes = outcomes
        self.closed = closed
    }
}
