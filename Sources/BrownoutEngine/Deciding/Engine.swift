import Synchronization

/// Decides every request. Any number of event loops may ask at once; a lock is held while an
/// arrival is counted and while limits are asked, never while rules are.
///
/// `now` is always the engine's clock: the time since it began, as the scenario's ``ClockMode``
/// has it.
package final class Engine: Sendable {
    let world: Mutex<EngineState>
    /// Has a lock of its own: decisions do not wait for it.
    let prompts = Mutex(PromptCache())
    /// The same.
    let threads = Mutex(ThreadTable())
    /// The same. Asked only where a rule enforces a wait.
    let holds = Mutex(BoundedTable<HoldPlace, Hold>(limit: Engine.holdLimit))
    /// Requests that were decided and whose answers are not over.
    let inFlight = Atomic(0)

    /// An engine that has seen no request yet. The scenario is that of every session that gets none
    /// of its own, and its time begins at zero.
    package init(scenario: Scenario) {
        world = Mutex(EngineState(scenario))
    }

    // MARK: Requests

    /// The scenario a session's requests come under.
    package func snapshot(of session: String) -> Snapshot {
        world.withLock { $0.snapshot(of: session) }
    }

    /// Decides under the scenario in force now; the decision names it. The answer counts as in
    /// progress until ``release(_:)``.
    package func decide(_ facts: RequestFacts, at now: Duration) -> Decision {
        while true {
            let snapshot = snapshot(of: facts.session)
            if let decision = decide(facts, readUnder: snapshot, at: now) { return decision }
        }
    }

    /// Decides about a request under the scenario it was read under; nil: another has come into
    /// force since, nothing was counted, and the request is to be read again.
    package func decide(
        _ facts: RequestFacts, readUnder read: Snapshot, at now: Duration
    ) -> Decision? {
        let session = SipHash.word(facts.session)
        let arrived = world.withLock { world -> (CallState, [TemporaryRule])? in
            guard world.snapshot(of: facts.session) == read else { return nil }
            let standing = world.memory.arrive(session: session, facts, under: read, at: now)
            return (standing, world.temporary)
        }
        guard let (standing, temporary) = arrived else { return nil }
        let snapshot = read
        let others = inFlight.add(1, ordering: .relaxed).oldValue
        var counter = Counter(engine: self, session: session)
        let onTop = temporary.isEmpty ? [] : Engine.rules(temporary, for: facts.session, at: now)
        counter.countCalls(facts, standing, of: snapshot, onTop)
        let time = now - snapshot.began
        let holdsCalls = snapshot.holdsCalls || onTop.contains(where: \.holdsCalls)
        var refusal = refusal(facts, standing, under: snapshot, at: time)
        let held = refusal == nil && holdsCalls ? held(facts, standing, at: now) : nil
        refusal = refusal ?? held
        let limits = askLimits(
            of: snapshot, facts, standing, isRefused: refusal != nil, at: now)
        let decision = snapshot.scenario.decide(
            facts, standing, at: time, refusal: refusal ?? limits?.refusal, onTop: onTop,
            inFlight: others, counting: &counter,
            DecisionContext(
                snapshot: snapshot, session: standing.session, limits: limits?.ticket))
        if holdsCalls, held == nil { hold(facts, standing, by: decision, at: now) }
        return decision
    }

    /// Why the provider turns a request away before any limit or rule is asked: for who asks,
    /// then for the key.
    private func refusal(
        _ facts: RequestFacts, _ standing: CallState, under snapshot: Snapshot, at time: Duration
    ) -> Refusal? {
        if let refusal = snapshot.scenario.access?.refusal(of: facts.client) { return refusal }
        return snapshot.scenario.keys?.refusal(of: facts, at: time) {
            world.withLock {
                $0.memory.place(
                    key: SipHash.word(facts.credential),
                    call: facts.purpose == .call ? facts.call.word : nil, standing,
                    under: snapshot)
            }
        }
    }

    private static func rules(
        _ temporary: [TemporaryRule], for session: String, at now: Duration
    ) -> [Rule] {
        temporary.filter { now < $0.until && ($0.session ?? session) == session }.map(\.rule)
    }

    /// To be called before the last byte of a whole, successful answer is handed to the kernel:
    /// once the client has it, the next request must find the count.
    package func succeed(_ decision: Decision) {
        if let ticket = decision.thread { keep(ticket, decision) }
        world.withLock {
            $0.memory.succeed(
                session: decision.session, call: decision.key.call, arrival: decision.arrival)
        }
    }

    /// The bytes announced by ``succeed(_:)`` could not be written.
    package func withdraw(_ decision: Decision) {
        world.withLock {
            $0.memory.withdraw(
                session: decision.session, call: decision.key.call, arrival: decision.arrival)
        }
    }

    /// How many recordings the requests of a key were answered with before, in the session of a
    /// decision; counts this one.
    package func countReplay(of key: UInt64, _ decision: Decision) -> Int {
        let edition = decision.snapshot?.edition ?? 0
        return world.withLock {
            $0.memory.countReplay(of: key, session: decision.session, edition: edition)
        }
    }

    private struct Counter: ArrivalCounting {
        let engine: Engine
        let session: UInt64
        /// By the rules' counters.
        private var places: [(rule: UInt64, place: Int)] = []

        init(engine: Engine, session: UInt64) {
            self.engine = engine
            self.session = session
        }

        mutating func next(_ count: RuleCount) -> Int {
            engine.world.withLock { $0.memory.count(count, session: session) }
        }

        func place(of rule: UInt64) -> Int? { places.first { $0.rule == rule }?.place }

        /// Counts the call for every rule that counts such calls, whether it will be asked or not:
        /// what another rule decides before is a call of this one's all the same.
        mutating func countCalls(
            _ facts: RequestFacts, _ standing: CallState, of snapshot: Snapshot, _ onTop: [Rule]
        ) {
            if snapshot.callCountingRules.isEmpty, onTop.isEmpty { return }
            let rules =
                snapshot.callCountingRules + onTop.filter { !$0.calls.isEmpty && !$0.isAtAccept }
            for rule in rules where rule.conditions.match(facts) && rule.conditions.counts(facts) {
                let place = engine.world.withLock {
                    $0.memory.place(
                        rule: rule.counter, call: facts.call.word, standing, session: session,
                        under: snapshot)
                }
                places.append((rule.counter, place))
            }
        }
    }

    // MARK: Changes

    /// The scenario of every session that has none of its own.
    package var scenario: Scenario { world.withLock { $0.base.scenario } }

    /// The sessions with a scenario of their own, by name, in order.
    package var sessionScenarios: [(session: String, scenario: Scenario)] {
        world.withLock { world in
            world.ofSessions.keys.sorted().compactMap { name in
                world.ofSessions[name].map { (name, $0.scenario) }
            }
        }
    }

    /// The sessions that the engine remembers something of.
    package var sessionCount: Int { world.withLock { $0.memory.sessionCount } }

    /// Puts another scenario in force from the next request on; its phases and counts begin now,
    /// attempts of calls go on.
    package func replace(_ scenario: Scenario, at now: Duration) {
        world.withLock { $0.replace(scenario, at: now) }
    }

    /// Gives a session a scenario of its own and a fresh start.
    package func replace(
        _ scenario: Scenario, of session: String, at now: Duration
    ) throws(EngineRefusal) {
        let result: Result<Void, EngineRefusal> = world.withLock { world in
            Result { () throws(EngineRefusal) in
                try world.replace(scenario, of: session, at: now)
            }
        }
        try result.get()
    }

    /// False when the session had no scenario of its own.
    package func removeScenario(of session: String) -> Bool {
        world.withLock { $0.removeScenario(of: session) }
    }

    /// Forgets all that a session counts and keeps, at once: attempts, calls, phases, limits,
    /// prompts.
    package func reset(session: String) {
        world.withLock { $0.reset(session: session) }
    }

    /// Changes a part of the scenario in force, of a session or of all that have none of their
    /// own; its time and counts go on.
    package func amend(_ session: String?, _ change: (inout Scenario) -> Void) {
        world.withLock { $0.amend(session, change) }
    }

    // MARK: Phases

    /// The phase that holds in a session; nil when there is none or all are over.
    package func phase(of session: String, at now: Duration) -> (
        phase: Phase, factor: ChanceFactor
    )? {
        world.withLock { world in
            let snapshot = world.snapshot(of: session)
            let standing = world.memory.phase(
                of: SipHash.word(session), under: snapshot, at: now)
            return standing.map { (snapshot.scenario.phases[$0.index], $0.factor) }
        }
    }

    /// Ends a session's phase, or goes to the one of a name.
    package func movePhase(
        of session: String, to name: String?, at now: Duration
    ) throws(EngineRefusal) -> Phase? {
        let result: Result<Phase?, EngineRefusal> = world.withLock { world in
            let snapshot = world.snapshot(of: session)
            let phases = snapshot.scenario.phases
            if phases.isEmpty { return .failure(.noPhases) }
            let index = name.flatMap { name in phases.firstIndex { $0.name == name } }
            if let name, index == nil {
                return .failure(.unknownPhase(name, known: phases.map(\.name)))
            }
            let standing = world.memory.movePhase(
                of: SipHash.word(session), to: index, under: snapshot, at: now)
            return .success(standing.map { phases[$0.index] })
        }
        return try result.get()
    }

    // MARK: Temporary rules

    /// Puts a rule on top of the scenarios until its time is over.
    package func add(_ rule: TemporaryRule, at now: Duration) throws(EngineRefusal) {
        let result: Result<Void, EngineRefusal> = world.withLock { world in
            Result { () throws(EngineRefusal) in try world.add(rule, at: now) }
        }
        try result.get()
    }

    /// False when no temporary rule has that name.
    package func removeTemporaryRule(_ name: String) -> Bool {
        world.withLock { $0.removeTemporaryRule(name) }
    }

    /// The temporary rules in force, in the order they are asked.
    package func temporaryRules(at now: Duration) -> [TemporaryRule] {
        world.withLock { world in
            world.dropEnded(at: now)
            return world.temporary
        }
    }
}
