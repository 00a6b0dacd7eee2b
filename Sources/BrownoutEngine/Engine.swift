import Synchronization

/// Decides every request under one scenario. Any number of event loops may ask at once; a lock is
/// held only while an arrival is counted, never while a decision is made.
package final class Engine: Sendable {
    package let scenario: Scenario
    private let ledger = Mutex(Ledger())

    package init(scenario: Scenario) {
        self.scenario = scenario
    }

    /// `now` is the time since the scenario began.
    package func decide(_ facts: RequestFacts, at now: Duration) -> Decision {
        let session = SipHash.word(facts.session)
        let arrival = ledger.withLock {
            $0.arrive(session: session, call: facts.call.word, retryCount: facts.retryCount)
        }
        var counter = Counter(engine: self, session: session)
        return scenario.decide(facts, arrival, at: now, counting: &counter)
    }

    /// To be called before the last byte of a whole, successful answer is handed to the kernel:
    /// once the client has it, the next request must find the count.
    package func succeed(_ decision: Decision) {
        ledger.withLock { $0.succeed(session: decision.key.session, call: decision.key.call) }
    }

    /// The bytes announced by ``succeed(_:)`` could not be written.
    package func withdraw(_ decision: Decision) {
        ledger.withLock {
            $0.withdraw(
                session: decision.key.session, call: decision.key.call,
                arrival: decision.arrival)
        }
    }

    private struct Counter: ArrivalCounting {
        let engine: Engine
        let session: UInt64

        mutating func next(_ count: RuleCount) -> Int {
            engine.ledger.withLock { $0.count(count, session: session) }
        }
    }
}
