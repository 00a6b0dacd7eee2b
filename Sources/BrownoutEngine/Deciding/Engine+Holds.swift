import Synchronization

// Waits that are enforced: who comes back before one is over gets the error again.

/// A call that is to wait, at one provider with one key.
struct HoldPlace: Hashable {
    /// The session's serial: what was held before a reset means nothing after it.
    var session: UInt64
    var call: UInt64
    var provider: String
    var credential: UInt64

    init(_ facts: RequestFacts, _ standing: CallState) {
        session = standing.session
        call = facts.call.word
        provider = facts.provider
        credential = SipHash.word(facts.credential)
    }
}

/// What a call is held by.
struct Hold {
    /// The rule that decided.
    var rule: String
    /// What it decided.
    var fault: Fault
    /// When the wait is over, on the engine's clock.
    var until: Duration
}

extension Engine {
    /// Calls that are held at a time; the oldest is forgotten.
    static let holdLimit = 10_000

    /// The error again, for a call that comes before its wait is over.
    func held(_ facts: RequestFacts, _ standing: CallState, at now: Duration) -> Refusal? {
        let hold = holds.withLock { $0[HoldPlace(facts, standing)] }
        guard let hold, now < hold.until else { return nil }
        let left = hold.until - now
        return Refusal(
            by: hold.rule, reason: "came \(left.written) before its Retry-After was over",
            fault: hold.fault.leaving(left))
    }

    /// Holds a call to the wait that its answer promises, where that is enforced.
    func hold(_ facts: RequestFacts, _ standing: CallState, by decision: Decision, at now: Duration)
    {
        guard let fault = decision.fault, let rule = decision.rule,
            let wait = fault.enforcedWait
        else { return }
        holds.withLock {
            $0.set(
                HoldPlace(facts, standing), Hold(rule: rule, fault: fault, until: now + wait))
        }
    }
}

extension Fault {
    /// The wait that whoever gets the answer is held to; nil: to none.
    var enforcedWait: Duration? {
        parts.lazy.compactMap { part in
            guard case .error(let error) = part, error.isEnforced else { return nil }
            return error.retryAfter?.wait
        }.first
    }

    /// The fault with what is left of a wait in place of all of it.
    func leaving(_ left: Duration) -> Fault {
        if case .all(let parts) = self { return .all(parts.map { $0.leaving(left) }) }
        guard case .error(var error) = self, error.isEnforced else { return self }
        error.retryAfter = error.retryAfter?.leaving(left)
        return .error(error)
    }
}

extension Scenario {
    /// Whether any rule holds calls to a wait.
    var holdsCalls: Bool { (rules + phases.flatMap(\.rules)).contains(where: \.holdsCalls) }
}

extension Rule {
    var holdsCalls: Bool { action.effects.contains { $0.fault?.enforcedWait != nil } }
}
