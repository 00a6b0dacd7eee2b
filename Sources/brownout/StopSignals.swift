import Dispatch
import Foundation
import Synchronization

/// SIGINT and SIGTERM: the first asks to stop, a second ends the process where it stands. SIGHUP
/// asks to read the scenario again.
final class StopSignals {
    private var sources: [any DispatchSourceSignal] = []
    /// Yields at each SIGINT and SIGTERM.
    let stops: AsyncStream<Void>
    /// Yields at each SIGHUP; several that come together may be one.
    let hangups: AsyncStream<Void>
    private static let seen = Atomic(0)
    /// Process groups that do not outlive this process.
    private static let groups = Mutex(Groups())

    private struct Groups {
        var all: [pid_t] = []
        /// This process is about to end: none may begin.
        var isOver = false
    }

    init() {
        let (stops, stop) = AsyncStream.makeStream(of: Void.self)
        let (hangups, hangup) = AsyncStream.makeStream(
            of: Void.self, bufferingPolicy: .bufferingNewest(1))
        self.stops = stops
        self.hangups = hangups
        let queue = DispatchQueue(label: "signals")
        let hadTerminal = isatty(STDIN_FILENO) == 1
        let registered = DispatchGroup()
        func handle(_ number: Int32, _ handler: @escaping @Sendable () -> Void) {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler(handler: handler)
            registered.enter()
            source.setRegistrationHandler { registered.leave() }
            source.resume()
            sources.append(source)
        }
        for number in [SIGINT, SIGTERM] {
            handle(number) {
                let seen = StopSignals.seen.wrappingAdd(1, ordering: .relaxed).newValue
                if seen > 1 {
                    StopSignals.endGroups()
                    _exit(128 + number)
                }
                stop.yield()
            }
        }
        handle(SIGHUP) {
            // A terminal that was closed sends the same signal, and nobody is there any more.
            if hadTerminal, isatty(STDIN_FILENO) == 0 { stop.yield() } else { hangup.yield() }
        }
        // A signal that comes before somebody listens would be lost.
        registered.wait()
    }

    /// Starts a process that leads a group, which a second signal ends; nil where that has come.
    static func begin(_ start: () throws -> pid_t) rethrows -> pid_t? {
        // Under the lock: a group that a signal does not find would outlive this process.
        try groups.withLock { groups in
            if groups.isOver { return nil }
            let group = try start()
            groups.all.append(group)
            return group
        }
    }

    /// A group is no more.
    static func end(_ group: pid_t) {
        groups.withLock { $0.all.removeAll { $0 == group } }
    }

    private static func endGroups() {
        groups.withLock { groups in
            groups.isOver = true
            for group in groups.all { _ = kill(-group, SIGKILL) }
        }
    }

    /// Returns when the first signal to stop has come.
    func first() async {
        for await _ in stops { return }
    }
}
