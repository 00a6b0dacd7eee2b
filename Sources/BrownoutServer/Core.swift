package import BrownoutDialects
package import BrownoutEngine
package import BrownoutJournal
import NIOCore
import Synchronization

/// What all event loops of the data plane share; immutable but for counters.
package final class Core: Sendable {
    package let engine: Engine
    let router: Router
    let journal: JournalWriter?
    let limits: ServerLimits
    /// The scenario's beginning on the loops' clock.
    let began: NIODeadline
    package let counters = Counters()

    package init(engine: Engine, journal: JournalWriter?, limits: ServerLimits) {
        self.engine = engine
        self.router = Router(scenario: engine.scenario)
        self.journal = journal
        self.limits = limits
        self.began = .now()
    }

    /// The scenario's time.
    func elapsed(at now: NIODeadline) -> Duration {
        .nanoseconds((now - began).nanoseconds)
    }

    /// What the control plane shows of the data plane.
    package final class Counters: Sendable {
        let openConnections = Atomic(0)
        let acceptedConnections = Atomic(0)
        let refusedConnections = Atomic(0)
        let exchanges = Atomic(0)
        let faults = Atomic(0)
        let faultsNotReached = Atomic(0)
        let bodyBytesInFlight = Atomic(0)

        /// A reading of the counters, in a fixed order.
        package var snapshot: [(name: String, value: Int)] {
            [
                ("open_connections", openConnections.load(ordering: .relaxed)),
                ("accepted_connections", acceptedConnections.load(ordering: .relaxed)),
                ("refused_connections", refusedConnections.load(ordering: .relaxed)),
                ("exchanges", exchanges.load(ordering: .relaxed)),
                ("faults", faults.load(ordering: .relaxed)),
                ("faults_not_reached", faultsNotReached.load(ordering: .relaxed)),
            ]
        }
    }
}
