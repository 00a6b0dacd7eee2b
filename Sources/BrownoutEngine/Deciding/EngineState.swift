/// Everything about an engine that changes: the scenarios in force, the rules on top of them, and
/// what is remembered between requests. A value; the engine holds one behind its lock.
struct EngineState: Sendable {
    /// Sessions that may have a scenario of their own at a time.
    static let sessionScenarioLimit = 1_000
    /// Temporary rules at a time.
    static let temporaryRuleLimit = 100

    private(set) var base: Snapshot
    /// The scenarios of sessions that have their own, by name.
    private(set) var ofSessions: [String: Snapshot] = [:]
    private(set) var temporary: [TemporaryRule] = []
    var memory = SessionMemory()
    var limiter = Limiter()
    var connections = ConnectionCounts()
    private var editions = 1
    /// Temporary rules so far.
    private var added = 0

    init(_ scenario: Scenario) {
        base = Snapshot(scenario)
    }

    func snapshot(of session: String) -> Snapshot {
        ofSessions.isEmpty ? base : ofSessions[session] ?? base
    }

    // MARK: Scenarios

    /// The scenario of all sessions that have none of their own.
    mutating func replace(_ scenario: Scenario, at now: Duration) {
        base = next(scenario, at: now)
        connections = ConnectionCounts()
    }

    /// Forgets all that a session counts. Connections are counted with the standard one.
    mutating func reset(session: String) {
        memory.reset(session: SipHash.word(session))
        if session == SessionName.standard { connections = ConnectionCounts() }
    }

    /// Gives a session a scenario of its own and a fresh start.
    mutating func replace(
        _ scenario: Scenario, of session: String, at now: Duration
    ) throws(EngineRefusal) {
        guard ofSessions[session] != nil || ofSessions.count < EngineState.sessionScenarioLimit
        else {
            throw .tooManySessionScenarios(limit: EngineState.sessionScenarioLimit)
        }
        ofSessions[session] = next(scenario, at: now)
        memory.reset(session: SipHash.word(session))
    }

    /// Back to the scenario of all; false when the session had none of its own.
    mutating func removeScenario(of session: String) -> Bool {
        guard ofSessions.removeValue(forKey: session) != nil else { return false }
        memory.reset(session: SipHash.word(session))
        return true
    }

    /// Changes a part of a scenario that is in force; its time and counts go on. Without a
    /// session, it is the scenario of all that have none of their own.
    mutating func amend(_ session: String?, _ change: (inout Scenario) -> Void) {
        let old = session.map { snapshot(of: $0) } ?? base
        var scenario = old.scenario
        change(&scenario)
        let new = Snapshot(scenario, edition: old.edition, began: old.began)
        if let session, ofSessions[session] != nil {
            ofSessions[session] = new
        } else {
            base = new
        }
    }

    private mutating func next(_ scenario: Scenario, at now: Duration) -> Snapshot {
        editions += 1
        return Snapshot(scenario, edition: editions, began: now)
    }

    // MARK: Temporary rules

    /// A rule of a name that is in force already takes its place.
    mutating func add(_ rule: TemporaryRule, at now: Duration) throws(EngineRefusal) {
        temporary.removeAll { $0.until <= now || $0.rule.name == rule.rule.name }
        guard temporary.count < EngineState.temporaryRuleLimit else {
            throw .tooManyTemporaryRules(limit: EngineState.temporaryRuleLimit)
        }
        added += 1
        var rule = rule
        // A rule of the same name that was there before has left counts behind.
        rule.rule.counter = SipHash.word("\(rule.rule.name) \(added)")
        temporary.append(rule)
    }

    /// False when there is none of that name.
    mutating func removeTemporaryRule(_ name: String) -> Bool {
        let count = temporary.count
        temporary.removeAll { $0.rule.name == name }
        return temporary.count < count
    }

    mutating func dropEnded(at now: Duration) {
        temporary.removeAll { $0.until <= now }
    }
}

/// Why a change was not made.
package enum EngineRefusal: Error, Equatable, Sendable {
    case tooManySessionScenarios(limit: Int)
    case tooManyTemporaryRules(limit: Int)
    case unknownPhase(String, known: [String])
    case noPhases
}
