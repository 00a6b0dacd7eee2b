import Foundation
import Synchronization

/// Work that may block for long, on a thread of its own: neither an event loop nor the threads
/// that tasks share are held up. Whoever waits for it goes on at once when its task is cancelled,
/// as those of a server are that stops.
final class LongWork: Sendable {
    private let queue = DispatchQueue(label: "brownout.long-work")

    /// What the work gives; nil when the task was cancelled. The work is told by its argument
    /// whether anybody still wants it.
    func run<Value: Sendable>(
        _ work: @escaping @Sendable (_ isWanted: () -> Bool) -> Value
    ) async -> Value? {
        let outcome = Outcome<Value>()
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                outcome.wait(continuation)
                queue.async {
                    guard outcome.isWanted else { return }
                    outcome.give(work { outcome.isWanted })
                }
            }
        } onCancel: {
            outcome.give(nil)
        }
    }

    /// Given once, awaited once.
    private final class Outcome<Value: Sendable>: Sendable {
        private enum State {
            case open
            case awaited(CheckedContinuation<Value?, Never>)
            /// Before anybody waited.
            case given(Value?)
            case over
        }

        private let state = Mutex(State.open)

        var isWanted: Bool {
            state.withLock { state in
                if case .awaited = state { true } else { false }
            }
        }

        func wait(_ continuation: CheckedContinuation<Value?, Never>) {
            let early: Value?? = state.withLock { state in
                if case .given(let value) = state {
                    state = .over
                    return .some(value)
                }
                state = .awaited(continuation)
                return .none
            }
            if let early { continuation.resume(returning: early) }
        }

        func give(_ value: Value?) {
            let waiter: CheckedContinuation<Value?, Never>? = state.withLock { state in
                switch state {
                case .open:
                    state = .given(value)
                    return nil
                case .awaited(let continuation):
                    state = .over
                    return continuation
                case .given, .over: return nil
                }
            }
            waiter?.resume(returning: value)
        }
    }
}
