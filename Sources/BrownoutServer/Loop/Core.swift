import BrownoutAnswers
import BrownoutDialects
package import BrownoutEngine
package import BrownoutJournal
package import BrownoutRecords
package import BrownoutRedaction
import NIOCore
import NIOPosix
import Synchronization

/// What all event loops of the data plane share; immutable but for counters.
package final class Core: Sendable {
    /// What decides.
    package let engine: Engine
    /// Where exchanges are written; nil: nobody keeps them.
    package let journal: JournalWriter?
    let limits: ServerLimits
    /// The scenario's time.
    package let clock: ScenarioClock
    /// What all loops count together.
    package let counters = Counters()
    /// Where exchanges and actions are told to those who listen.
    package let events = EventHub()
    let port = PortClosure()
    let hopMark = HopMark()
    /// What requests are answered from.
    package let recordings: RecordingShelf
    /// Keeps what upstreams answer; nil: nobody does.
    package let recorder: Recorder?
    /// What digests of secrets are made with.
    package let redactionKey: RedactionKey
    /// What loops know bodies by that they have read; nobody outside can make two that are alike.
    let readKey = BodyHash.Key(.random(in: .min ... .max), .random(in: .min ... .max))
    /// Does what would block a loop.
    let readers = NIOThreadPool(numberOfThreads: 2)
    /// The names that the loops' metrics share.
    let metricLabels = MetricLabels()
    private let advised = Mutex<Set<String>>([])
    private let onAdvice: @Sendable (String) -> Void
    /// Subjects of advice that are told apart; those beyond are only in the journal.
    static let adviceLimit = 100

    package init(
        engine: Engine, journal: JournalWriter?, limits: ServerLimits,
        clock: ScenarioClock = ScenarioClock(), recorder: Recorder? = nil,
        redactionKey: RedactionKey = .builtIn, recordings: RecordingShelf = RecordingShelf(),
        onAdvice: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.onAdvice = onAdvice
        self.engine = engine
        self.journal = journal
        self.limits = limits
        self.clock = clock
        self.recorder = recorder
        self.redactionKey = redactionKey
        self.recordings = recordings
        readers.start()
    }

    /// What finds the secrets that a scenario wants kept out of recordings.
    package static func redactor(for scenario: Scenario, key: RedactionKey) throws -> Redactor {
        Redactor(
            patterns: try scenario.redact.map {
                try RedactionPattern(name: $0.name, expression: $0.expression)
            }, key: key)
    }

    /// Tells the user of a request for what is not there, once for each thing that is not.
    func tell(_ advice: Advice) {
        let isLast: Bool? = advised.withLock { subjects in
            guard subjects.count < Core.adviceLimit, subjects.insert(advice.subject).inserted
            else { return nil }
            return subjects.count == Core.adviceLimit
        }
        guard let isLast else { return }
        onAdvice(advice.text.redacted.printable)
        if isLast { onAdvice("of what else is not served, only the journal tells") }
    }

    /// The scenario's time now.
    package var now: Duration { clock.instant(at: .now()).elapsed }

    /// Whether answers may come from upstreams, as far as is known at the start.
    var mayAskUpstreams: Bool {
        if recorder != nil { return true }
        return switch engine.snapshot(of: "default").scenario.source {
        case .upstream: true
        case .replay(let replay): !replay.upstreams.isEmpty
        case .synthesise: false
        }
    }

    /// Whether anybody wants to know of an exchange.
    var isRecording: Bool { journal != nil || events.isHeard }

    /// Gives an exchange that is over to the journal and to those who listen.
    func record(_ row: consuming ExchangeRecord) {
        if events.isHeard {
            var shown = copy row
            shown.requestBody = []
            shown.responseBody = []
            events.publish(.exchange(shown))
        }
        journal?.append(row)
    }

    /// Keeps what a client says it made of a call; false when the journal cannot keep up.
    package func record(_ outcome: OutcomeRecord) -> Bool { journal?.append(outcome) ?? true }

    /// Keeps the end of a connection.
    func record(_ end: ClosedConnection) { journal?.append(end) }

    /// Gives an action of the control plane to the journal and to those who listen.
    package func record(_ action: ActionRecord) {
        events.publish(.action(action))
        journal?.append(action)
    }

    /// What the control plane shows of the data plane.
    package final class Counters: Sendable {
        private let openConnections = Atomic(0)
        private let acceptedConnections = Atomic(0)
        private let refusedConnections = Atomic(0)
        private let exchanges = Atomic(0)
        private let faults = Atomic(0)
        private let faultsNotReached = Atomic(0)
        private let bodyBytesInFlight = Atomic(0)
        private let answerBytesInFlight = Atomic(0)
        private let bytesHeld = Atomic(0)
        private let recordingsMissed = Atomic(0)

        /// Counts kept bytes of upstreams' answers in (or out, when negative); returns what all of
        /// them hold now.
        func answerBytes(_ change: Int) -> Int {
            answerBytesInFlight.wrappingAdd(change, ordering: .relaxed).newValue
        }

        /// Counts bytes that answers in progress hold in (or out, when negative); returns what
        /// all of them hold now.
        func heldBytes(_ change: Int) -> Int {
            bytesHeld.wrappingAdd(change, ordering: .relaxed).newValue
        }

        /// What answers in progress hold, as far as their loops have told.
        var heldBytes: Int { bytesHeld.load(ordering: .relaxed) }

        /// Counts a request that no recording answered and that was refused for it.
        func recordingMissed() {
            recordingsMissed.wrappingAdd(1, ordering: .relaxed)
        }

        /// Counts a connection in; returns how many are open now, and how many there were so far.
        func connectionOpened() -> (open: Int, number: Int) {
            let number = acceptedConnections.wrappingAdd(1, ordering: .relaxed).newValue
            return (openConnections.wrappingAdd(1, ordering: .relaxed).newValue, number)
        }

        func connectionClosed() {
            openConnections.wrappingSubtract(1, ordering: .relaxed)
        }

        func connectionRefused() {
            refusedConnections.wrappingAdd(1, ordering: .relaxed)
        }

        func exchangeBegan() {
            exchanges.wrappingAdd(1, ordering: .relaxed)
        }

        /// Counts a planned fault whose answer is over.
        func faultEnded(reached: Bool) {
            faults.wrappingAdd(1, ordering: .relaxed)
            if !reached { faultsNotReached.wrappingAdd(1, ordering: .relaxed) }
        }

        /// Counts bytes of a body in (or out, when negative); returns what all bodies hold now.
        func bodyBytes(_ change: Int) -> Int {
            bodyBytesInFlight.wrappingAdd(change, ordering: .relaxed).newValue
        }

        /// A reading of the counters, in a fixed order.
        package var snapshot: [(name: String, value: Int)] {
            [
                ("open_connections", openConnections.load(ordering: .relaxed)),
                ("accepted_connections", acceptedConnections.load(ordering: .relaxed)),
                ("refused_connections", refusedConnections.load(ordering: .relaxed)),
                ("exchanges", exchanges.load(ordering: .relaxed)),
                ("faults", faults.load(ordering: .relaxed)),
                ("faults_not_reached", faultsNotReached.load(ordering: .relaxed)),
                ("recordings_missed", recordingsMissed.load(ordering: .relaxed)),
            ]
        }
    }
}
