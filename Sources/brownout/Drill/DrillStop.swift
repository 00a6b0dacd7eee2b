import Synchronization

/// Ends the commands that run when somebody asks for it, and those that would begin after.
final class DrillStop: Sendable {
    private struct State {
        var isStopped = false
        var running: [ObjectIdentifier: ClientCommand] = [:]
    }

    private let state = Mutex(State())

    /// Whether somebody asked for the end: then no further run begins.
    var isStopped: Bool { state.withLock { $0.isStopped } }

    func began(_ command: ClientCommand) {
        let isStopped = state.withLock { state in
            state.running[ObjectIdentifier(command)] = command
            return state.isStopped
        }
        if isStopped { command.stop() }
    }

    func ended(_ command: ClientCommand) {
        state.withLock { _ = $0.running.removeValue(forKey: ObjectIdentifier(command)) }
    }

    /// Tells all commands to end.
    func stop() {
        let running = state.withLock { state in
            state.isStopped = true
            return Array(state.running.values)
        }
        for command in running { command.stop() }
    }
}
