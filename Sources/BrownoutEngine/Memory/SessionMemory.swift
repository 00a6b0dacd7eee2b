/// What the engine remembers between requests: attempts of calls, counts of rules, where each
/// session is in its phases. A value; the engine holds one behind its lock.
package struct SessionMemory: Sendable {
    /// Beyond these, the longest known call or session is forgotten: a client that invents names
    /// costs a fixed amount of memory.
    package static let callLimit = 200_000
    /// How many sessions have their counts and phases remembered.
    package static let sessionLimit = 10_000
    /// How many keys of recordings have their place in a series remembered, over all sessions.
    package static let replayLimit = 200_000

    private struct CallIdentity: Hashable {
        /// The session's serial.
        var session: UInt64
        var call: UInt64
    }

    private struct ReplayIdentity: Hashable {
        /// The session's serial.
        var session: UInt64
        var edition: Int
        var key: UInt64
    }

    private struct SessionState {
        /// Tells what belongs to the session from what did before a reset.
        var serial: UInt64
        /// The edition of the scenario that the counts and phases below belong to.
        var edition: Int
        var calls = 0
        var ruleCounts: [RuleCount: Int] = [:]
        var phases = PhaseClock()

        init(serial: UInt64, edition: Int) {
            self.serial = serial
            self.edition = edition
        }

        /// Another scenario counts anew; the attempts of calls go on.
        mutating func begin(_ snapshot: Snapshot) {
            guard edition != snapshot.edition else { return }
            edition = snapshot.edition
            calls = 0
            ruleCounts = [:]
            phases = PhaseClock()
        }
    }

    /// A call as one rule counts it.
    private struct RulePlace: Hashable {
        /// The session's serial.
        var session: UInt64
        var edition: Int
        var rule: UInt64
        var call: UInt64
        var generation: Int
    }

    private var calls = BoundedTable<CallIdentity, AlikeCalls>(limit: SessionMemory.callLimit)
    private var places = BoundedTable<RulePlace, Int>(limit: SessionMemory.callLimit)
    private var keyCalls = KeyCalls()
    private var replays = BoundedTable<ReplayIdentity, Int>(limit: SessionMemory.replayLimit)
    private var sessions = BoundedTable<UInt64, SessionState>(limit: SessionMemory.sessionLimit)
    private var serials: UInt64 = 0

    /// A memory that remembers nothing yet.
    package init() {}

    /// The sessions that are remembered.
    var sessionCount: Int { sessions.count }

    /// Counts a request in. What the client says of its retries tells calls apart that say the
    /// same, and it wins when it is ahead of ours, so a restarted server keeps its place.
    package mutating func arrive(
        session: UInt64, _ facts: RequestFacts, under snapshot: Snapshot, at now: Duration
    ) -> CallState {
        var state = state(of: session, under: snapshot)
        let identity = CallIdentity(session: state.serial, call: facts.call.word)
        var isNew = true
        var alike: AlikeCalls
        if let known = calls[identity] {
            alike = known
            // A name says which call it is; what a request says does not.
            let retry = facts.retryCount
            isNew =
                facts.call.source == .digest
                ? alike.arrive(retry: retry) : alike.arriveNamed(retry: retry)
        } else {
            alike = AlikeCalls(retry: facts.retryCount)
        }
        let isNewCall = isNew && facts.purpose == .call
        if isNewCall { state.calls += 1 }
        if isNew { alike.current.ordinal = isNewCall ? state.calls : 0 }
        calls.set(identity, alike)
        var phase: CallState.InPhase?
        let time = now - snapshot.began
        if !snapshot.scenario.phases.isEmpty {
            state.phases.advance(
                snapshot.scenario, at: time, calls: state.calls, isNewCall: isNewCall)
            phase = state.phases.standing(snapshot.scenario, at: time, calls: state.calls)
        }
        if isNew || phase != nil { sessions.set(session, state) }
        return CallState(arrival: alike.arrival, phase: phase, session: state.serial)
    }

    /// The answer is about to be delivered whole and successful: what says the same next is another
    /// call. The session is known by its serial, so what was asked before a reset means nothing
    /// after it.
    package mutating func succeed(session serial: UInt64, call: UInt64, arrival: Arrival) {
        calls.updateIfPresent(CallIdentity(session: serial, call: call)) { $0.succeed(arrival) }
    }

    /// The answer announced by ``succeed(session:call:arrival:)`` did not leave after all.
    package mutating func withdraw(session serial: UInt64, call: UInt64, arrival: Arrival) {
        calls.updateIfPresent(CallIdentity(session: serial, call: call)) { $0.withdraw(arrival) }
    }

    /// The place from 1 of a request's call among those made with its key; without a call, the
    /// place of the last one.
    package mutating func place(
        key: UInt64, call: UInt64?, _ standing: CallState, under snapshot: Snapshot
    ) -> Int {
        let key = KeyCalls.Key(session: standing.session, edition: snapshot.edition, key: key)
        guard let call else { return keyCalls.count(of: key) }
        return keyCalls.place(of: key, call: call, generation: standing.arrival.generation)
    }

    /// The place from 1 of a request's call among those that a rule counts. Its retries have it
    /// too.
    mutating func place(
        rule: UInt64, call: UInt64, _ standing: CallState, session: UInt64,
        under snapshot: Snapshot
    ) -> Int {
        let place = RulePlace(
            session: standing.session, edition: snapshot.edition, rule: rule, call: call,
            generation: standing.arrival.generation)
        if let known = places[place] { return known }
        let count = count(.calls(rule: rule), session: session)
        places.set(place, count)
        return count
    }

    /// The next count from 1 of one thing a rule counts in a session.
    package mutating func count(_ what: RuleCount, session: UInt64) -> Int {
        var count = 0
        sessions.updateIfPresent(session) { state in
            count = state.ruleCounts[what, default: 0] + 1
            state.ruleCounts[what] = count
        }
        return count
    }

    /// How many recordings of a key a session was given under a scenario before; counts one more.
    mutating func countReplay(of key: UInt64, session: UInt64, edition: Int) -> Int {
        let identity = ReplayIdentity(session: session, edition: edition, key: key)
        let count = replays[identity] ?? 0
        replays.set(identity, count + 1)
        return count
    }

    /// What a session's state is kept under; nil when nothing of it is known.
    func serial(of session: UInt64) -> UInt64? { sessions[session]?.serial }

    /// Forgets everything of a session at once: what comes next is its first request.
    package mutating func reset(session: UInt64) {
        sessions.updateIfPresent(session) { [serial = nextSerial()] state in
            state = SessionState(serial: serial, edition: state.edition)
        }
    }

    // MARK: Phases

    /// The phase that holds in a session now; nil when there is none.
    func phase(
        of session: UInt64, under snapshot: Snapshot, at now: Duration
    ) -> CallState.InPhase? {
        // Who only looks leaves nothing behind.
        var state = sessions[session] ?? SessionState(serial: 0, edition: snapshot.edition)
        state.begin(snapshot)
        let time = now - snapshot.began
        state.phases.advance(snapshot.scenario, at: time, calls: state.calls, isNewCall: false)
        return state.phases.standing(snapshot.scenario, at: time, calls: state.calls)
    }

    /// Ends the phase that holds, or goes to the one at an index.
    mutating func movePhase(
        of session: UInt64, to index: Int?, under snapshot: Snapshot, at now: Duration
    ) -> CallState.InPhase? {
        move(session, under: snapshot, at: now) { state in
            let time = now - snapshot.began
            if let index {
                state.phases.go(to: index, at: time, calls: state.calls)
            } else {
                state.phases.step(snapshot.scenario, at: time, calls: state.calls)
            }
        }
    }

    private mutating func move(
        _ session: UInt64, under snapshot: Snapshot, at now: Duration,
        _ change: (inout SessionState) -> Void
    ) -> CallState.InPhase? {
        var state = state(of: session, under: snapshot)
        let time = now - snapshot.began
        state.phases.advance(snapshot.scenario, at: time, calls: state.calls, isNewCall: false)
        change(&state)
        sessions.set(session, state)
        return state.phases.standing(snapshot.scenario, at: time, calls: state.calls)
    }

    private mutating func state(of name: UInt64, under snapshot: Snapshot) -> SessionState {
        var state =
            sessions[name] ?? SessionState(serial: nextSerial(), edition: snapshot.edition)
        state.begin(snapshot)
        return state
    }

    private mutating func nextSerial() -> UInt64 {
        serials += 1
        return serials
    }
}

/// Where a request stands among those that came before it.
package struct CallState: Equatable, Sendable {
    /// The phase that holds for it.
    package struct InPhase: Equatable, Sendable {
        /// The phase's place among the scenario's.
        package var index: Int
        /// What it does to the chances of its rules now.
        package var factor: ChanceFactor
    }

    /// Which call of its session the request is, and which attempt of it.
    package var arrival: Arrival
    /// Nil: the scenario has no phases, or they are over.
    package var phase: InPhase?
    /// What the state of the request's session is kept under until it is reset.
    package var session: UInt64

    package init(arrival: Arrival, phase: InPhase? = nil, session: UInt64 = 0) {
        self.arrival = arrival
        self.phase = phase
        self.session = session
    }
}
