package import BrownoutRecords

/// What is known of a run, as its journal has it. Exchanges are taken in one by one, and of each no
/// more is kept than verdicts rest on: there may be a million.
package struct RunEvidence: Sendable {
    /// The exchanges that ask a model for an answer, in any order.
    package private(set) var attempts: [Attempt] = []
    /// What clients said they made of them, in any order.
    package var outcomes: [OutcomeRecord]
    /// When connections were closed, in microseconds since 1970, by their numbers.
    package var closed: [Int: Int64]
    /// Whether the scenario's time was moved by hand: then only it counts.
    package let isClockManual: Bool
    /// When the scenario came into force that the run is judged by, in microseconds of its time: what
    /// is said of its expectations before is said of another one's.
    package let judgedSince: Int64
    /// What the rules of the scenario did.
    var tallies = RuleTallies()
    /// How late streams were.
    var lateness: [Int32] = []

    package init(
        _ exchanges: [ExchangeRecord] = [], outcomes: [OutcomeRecord] = [],
        closed: [Int: Int64] = [:], isClockManual: Bool = false, judgedSince: Int64 = 0
    ) {
        self.outcomes = outcomes
        self.closed = closed
        self.isClockManual = isClockManual
        self.judgedSince = judgedSince
        for exchange in exchanges { add(exchange) }
    }

    /// Takes in an exchange.
    package mutating func add(_ exchange: ExchangeRecord) {
        tallies.take(exchange)
        if let late = Pacing.lateness(exchange) { lateness.append(Int32(clamping: late)) }
        let isOfScenario = exchange.scenarioTime.map { $0 >= judgedSince } ?? true
        if let attempt = Attempt(
            exchange, isClockManual: isClockManual, isOfScenario: isOfScenario)
        {
            attempts.append(attempt)
        }
    }

    /// Takes in exchanges that are in progress, but for those that have ended meanwhile.
    package mutating func add(inProgress rows: [ExchangeRecord]) {
        guard !rows.isEmpty else { return }
        let known = Set(attempts.map { Place(id: $0.exchange, at: $0.begin.wall) })
        for row in rows where !known.contains(Place(id: row.id, at: row.startedAt)) { add(row) }
    }

    /// Ids repeat: the same scenario and seed give the same ones.
    private struct Place: Hashable {
        let id: UInt64
        let at: Int64
    }
}
