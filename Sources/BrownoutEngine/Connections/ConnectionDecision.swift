/// What was decided about a connection when it was accepted, before any request came on it.
package struct ConnectionDecision: Equatable, Sendable {
    /// The same in every run with the same scenario and seed, for the connection of a place.
    package var id: ExchangeID
    /// The connection's place among all since the scenario began, from 1.
    package var ordinal: Int
    /// The name of the rule that fired. Where none does, there is no decision.
    package var rule: String
    /// The phase that held; nil: the scenario has none, or they are over.
    package var phase: String?
    /// One that ``Fault/isAtAccept``.
    package var fault: Fault
    /// The rules whose `when` matched, in order, and what became of each.
    package var trace: [TraceEntry]

    package init(
        id: ExchangeID, ordinal: Int, rule: String, phase: String? = nil, fault: Fault,
        trace: [TraceEntry] = []
    ) {
        self.id = id
        self.ordinal = ordinal
        self.rule = rule
        self.phase = phase
        self.fault = fault
        self.trace = trace
    }
}

extension Scenario {
    /// Whether a connection can be broken before a request: most scenarios break none.
    var hasConnectionRules: Bool {
        rules.contains(where: \.isAtAccept)
            || phases.contains { $0.rules.contains(where: \.isAtAccept) }
    }

    /// Decides a connection by the rules whose fault ``Fault/isAtAccept``: those on top, those of
    /// the phase, the scenario's own. Draws are keyed by the connection's place, which takes the
    /// call's place in them; the attempt is 0, which no request has.
    func decideConnection(
        from client: NetworkAddress?, ordinal: Int, phase: CallState.InPhase?, at now: Duration,
        onTop: [Rule], counting counter: inout some ArrivalCounting
    ) -> ConnectionDecision? {
        let key = RollKey(
            session: SipHash.word(SessionName.standard), call: UInt64(ordinal), attempt: 0)
        var roll = RuleRoll(
            arrival: Arrival(attempt: 1, ordinal: ordinal), now: now, dice: Dice(seed: seed),
            key: key)
        var trace: [TraceEntry] = []
        let inPhase = phase.map { phases[$0.index] }
        for (rules, factor) in [
            (onTop, ChanceFactor.whole), (inPhase?.rules ?? [], phase?.factor ?? .whole),
            (rules, .whole),
        ] {
            roll.factor = factor
            for rule in rules where rule.isAtAccept && rule.conditions.match(client: client) {
                guard let fault = rule.faultAtAccept else { continue }
                switch rule.trigger(roll, &counter) {
                case .rests(let outcome):
                    trace.append(TraceEntry(rule: rule.name, outcome: outcome))
                case .fires(let draw):
                    trace.append(TraceEntry(rule: rule.name, outcome: .fired(draw: draw)))
                    let word = roll.dice.roll(.identity, rule: rule.word, key: key)
                    return ConnectionDecision(
                        id: ExchangeID(word: word), ordinal: ordinal, rule: rule.name,
                        phase: inPhase?.name, fault: fault, trace: trace)
                }
            }
        }
        return nil
    }
}

extension Rule {
    /// What the rule does to a connection; nil: it is about requests.
    package var faultAtAccept: Fault? {
        guard case .effect(let effect) = action, let fault = effect.fault, fault.isAtAccept else {
            return nil
        }
        return fault
    }
}
