import Synchronization

extension Engine {
    /// Decides a connection that was just accepted; nil: nothing is wrong with it.
    ///
    /// Asked are the scenario of all sessions that have none of their own and the temporary rules
    /// for every session: no request is read, so nobody knows whose session it will be.
    package func decideConnection(
        from client: NetworkAddress?, at now: Duration
    ) -> ConnectionDecision? {
        let (snapshot, ordinal, phase, temporary) = world.withLock { world in
            let snapshot = world.base
            let ordinal = world.connections.next()
            let onTop = world.temporary.filter {
                $0.rule.isAtAccept && $0.session == nil && now < $0.until
            }
            guard snapshot.hasConnectionRules || !onTop.isEmpty else {
                return (snapshot, ordinal, CallState.InPhase?.none, onTop)
            }
            let session = SipHash.word(SessionName.standard)
            let phase = world.memory.phase(of: session, under: snapshot, at: now)
            return (snapshot, ordinal, phase, onTop)
        }
        guard snapshot.hasConnectionRules || !temporary.isEmpty else { return nil }
        var counter = ConnectionCounter(engine: self)
        return snapshot.scenario.decideConnection(
            from: client, ordinal: ordinal, phase: phase, at: now - snapshot.began,
            onTop: temporary.map(\.rule), counting: &counter)
    }

    private struct ConnectionCounter: ArrivalCounting {
        let engine: Engine

        mutating func next(_ count: RuleCount) -> Int {
            engine.world.withLock { $0.connections.next(count) }
        }
    }
}

/// What is counted of connections since the scenario of all sessions began.
struct ConnectionCounts: Sendable {
    /// Rules whose `every` is counted; beyond these the first that was counted begins anew.
    private static let ruleLimit = 1_000

    private var connections = 0
    private var reached = BoundedTable<RuleCount, Int>(limit: ConnectionCounts.ruleLimit)

    /// The place of one more connection, from 1.
    mutating func next() -> Int {
        connections += 1
        return connections
    }

    /// The next count from 1 of one thing a rule counts.
    mutating func next(_ count: RuleCount) -> Int {
        reached.update(count, default: 0) { $0 += 1 }
        return reached[count] ?? 1
    }
}
