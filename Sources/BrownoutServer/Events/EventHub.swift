package import BrownoutJournal
package import BrownoutRecords
import Synchronization

/// What happens, for whoever listens: exchanges that are over and actions of the control plane.
/// When nobody does, an exchange costs one load of an atomic.
package final class EventHub: Sendable {
    /// Listeners at a time.
    package static let subscriptionLimit = 16

    /// One thing that happened.
    package enum Event: Sendable {
        /// Without its bodies.
        case exchange(ExchangeRecord)
        case action(ActionRecord)

        fileprivate var session: String? {
            switch self {
            case .exchange(let record): record.session
            case .action(let record): record.session
            }
        }
    }

    private struct State {
        var subscriptions: [EventSubscription] = []
        var published = 0
    }

    private let listeners = Atomic(0)
    fileprivate let dropped = Atomic(0)
    private let state = Mutex(State())

    package init() {}

    /// Whether anybody listens.
    package var isHeard: Bool { listeners.load(ordering: .relaxed) > 0 }

    /// How many listen at the moment.
    package var subscriptionCount: Int { listeners.load(ordering: .relaxed) }

    /// Events that listeners did not get because they were too slow, all of them together.
    package var droppedCount: Int { dropped.load(ordering: .relaxed) }

    /// Gives an event to all who listen. Never waits for one of them.
    package func publish(_ event: @autoclosure () -> Event) {
        guard isHeard else { return }
        let event = event()
        state.withLock { state in
            state.published += 1
            for subscription in state.subscriptions {
                subscription.offer(event, id: state.published)
            }
        }
    }

    /// Listens from here on, to a session or to all; nil when too many listen already. An action
    /// that concerns no session in particular is heard by all.
    package func subscribe(session: String?) -> EventSubscription? {
        state.withLock { state in
            guard state.subscriptions.count < EventHub.subscriptionLimit else { return nil }
            let subscription = EventSubscription(hub: self, session: session)
            state.subscriptions.append(subscription)
            listeners.store(state.subscriptions.count, ordering: .relaxed)
            return subscription
        }
    }

    fileprivate func remove(_ subscription: EventSubscription) {
        state.withLock { state in
            state.subscriptions.removeAll { $0 === subscription }
            listeners.store(state.subscriptions.count, ordering: .relaxed)
        }
    }
}

/// One listener's queue. What comes while it is full is dropped and counted.
package final class EventSubscription: Sendable {
    /// Events that wait for a listener.
    package static let queueLimit = 512

    /// What waited.
    package struct Batch: Sendable {
        /// With their numbers, which count all events of the server from 1.
        package var events: [(id: Int, event: EventHub.Event)] = []
        /// Events that came after these and were dropped.
        package var dropped = 0
    }

    private let hub: EventHub
    private let session: String?
    private let batch = Mutex(Batch())
    private let signal: AsyncStream<Void>.Continuation
    /// Yields when there may be something to take.
    package let wakes: AsyncStream<Void>

    fileprivate init(hub: EventHub, session: String?) {
        self.hub = hub
        self.session = session
        (wakes, signal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    fileprivate func offer(_ event: EventHub.Event, id: Int) {
        if let session, let about = event.session, about != session { return }
        batch.withLock { batch in
            if batch.events.count < EventSubscription.queueLimit {
                batch.events.append((id, event))
            } else {
                batch.dropped += 1
                hub.dropped.wrappingAdd(1, ordering: .relaxed)
            }
        }
        signal.yield()
    }

    /// Makes ``wakes`` yield once.
    package func wake() {
        signal.yield()
    }

    /// What has come since the last time.
    package func take() -> Batch {
        batch.withLock { batch in
            defer { batch = Batch() }
            return batch
        }
    }

    /// Ends it; ``wakes`` ends too.
    package func cancel() {
        hub.remove(self)
        signal.finish()
    }
}
