/// What the engine remembers between requests: attempts of calls, counts of rules. A value; the
/// engine holds one behind its lock.
package struct Ledger: Sendable {
    /// Beyond these, the longest known call or session is forgotten: a client that invents names
    /// costs a fixed amount of memory.
    package static let callLimit = 200_000
    package static let sessionLimit = 10_000

    private struct CallIdentity: Hashable {
        var session: UInt64
        var call: UInt64
    }

    private struct CallState {
        var arrivals = 0
        var generation = 0
        var ordinal: Int
    }

    private struct SessionState {
        var calls = 0
        /// Two slots a rule: its `every`, its sequence by arrival.
        var ruleCounts: [Int] = []
    }

    private var calls = BoundedTable<CallIdentity, CallState>(limit: Ledger.callLimit)
    private var sessions = BoundedTable<UInt64, SessionState>(limit: Ledger.sessionLimit)

    package init() {}

    /// Counts a request in. `retryCount` is the client's own count of its retries, from 0; it
    /// wins when it is ahead of ours, so a restarted server keeps its place.
    package mutating func arrive(session: UInt64, call: UInt64, retryCount: Int?) -> Arrival {
        let identity = CallIdentity(session: session, call: call)
        var state: CallState
        if let known = calls[identity] {
            state = known
        } else {
            let ordinal = (sessions[session]?.calls ?? 0) + 1
            sessions.update(session, default: SessionState()) { $0.calls = ordinal }
            state = CallState(ordinal: ordinal)
        }
        state.arrivals = max(state.arrivals + 1, (retryCount ?? 0) + 1)
        calls.set(identity, state)
        return Arrival(
            attempt: state.arrivals, ordinal: state.ordinal, generation: state.generation)
    }

    /// The answer is about to be delivered whole and successful: the next arrival of the call is
    /// its first attempt again.
    package mutating func succeed(session: UInt64, call: UInt64) {
        calls.updateIfPresent(CallIdentity(session: session, call: call)) {
            $0.arrivals = 0
            $0.generation += 1
        }
    }

    /// The answer announced by ``succeed(session:call:)`` did not leave after all.
    package mutating func withdraw(session: UInt64, call: UInt64, arrival: Arrival) {
        calls.updateIfPresent(CallIdentity(session: session, call: call)) {
            guard $0.generation == arrival.generation + 1 else { return }
            $0.generation -= 1
            $0.arrivals = max($0.arrivals, arrival.attempt)
        }
    }

    /// The next count from 1 of one thing a rule counts in a session.
    package mutating func count(_ what: RuleCount, session: UInt64) -> Int {
        let slot =
            switch what {
            case .every(let rule): rule * 2
            case .steps(let rule): rule * 2 + 1
            }
        var count = 0
        sessions.update(session, default: SessionState()) { state in
            while state.ruleCounts.count <= slot { state.ruleCounts.append(0) }
            state.ruleCounts[slot] += 1
            count = state.ruleCounts[slot]
        }
        return count
    }
}

/// A dictionary that forgets its oldest entry when it is full.
private struct BoundedTable<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private let limit: Int
    private var values: [Key: Value] = [:]
    /// Keys in the order they came, as a ring once the table is full.
    private var order: [Key] = []
    private var oldest = 0

    init(limit: Int) {
        self.limit = limit
    }

    subscript(key: Key) -> Value? { values[key] }

    mutating func set(_ key: Key, _ value: Value) {
        if values.updateValue(value, forKey: key) == nil { remember(key) }
    }

    mutating func update(_ key: Key, default initial: Value, _ change: (inout Value) -> Void) {
        if values[key] == nil { remember(key) }
        change(&values[key, default: initial])
    }

    mutating func updateIfPresent(_ key: Key, _ change: (inout Value) -> Void) {
        guard var value = values[key] else { return }
        change(&value)
        values[key] = value
    }

    private mutating func remember(_ key: Key) {
        if order.count < limit {
            order.append(key)
        } else {
            values[order[oldest]] = nil
            order[oldest] = key
            oldest = (oldest + 1) % limit
        }
    }
}
