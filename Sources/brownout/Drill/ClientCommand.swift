import BrownoutVerdicts
import Foundation
import Synchronization

/// The command of a drill: a process group of its own, which does not outlive the drill.
final class ClientCommand: Sendable {
    private let process: pid_t
    private let began = ContinuousClock.now
    private let isOver = Mutex(false)

    /// How long the group has to end by itself when it is told to.
    private static let grace = Duration.seconds(3)

    /// Starts a command with variables of its own beside those of this process. Its input and its
    /// output are this process's; where others run beside it, it has no input, and its output is
    /// kept.
    init(_ words: [String], environment: [String: String], output: CommandOutput? = nil) throws {
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // Signals that we do not take are its own to take.
        var signals = sigset_t()
        sigemptyset(&signals)
        for number in [SIGINT, SIGTERM, SIGHUP, SIGPIPE] { sigaddset(&signals, number) }
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF))
        let variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        var values: [UnsafeMutablePointer<CChar>?] =
            variables.map { strdup("\($0)=\($1)") } + [nil]
        defer { for text in arguments + values { free(text) } }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        if let output { ClientCommand.keep(output, &actions) }
        let started = try StopSignals.begin {
            var pid: pid_t = 0
            let status = posix_spawnp(&pid, words[0], &actions, &attributes, &arguments, &values)
            guard status == 0 else {
                let reason = String(cString: strerror(status))
                throw Failure(.usage, "error: '\(words[0])' cannot be run: \(reason)")
            }
            return pid
        }
        guard let started else { throw Failure(.failed) }
        process = started
    }

    private static func keep(
        _ output: CommandOutput, _ actions: inout posix_spawn_file_actions_t
    ) {
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        let files = [(STDOUT_FILENO, output.standard), (STDERR_FILENO, output.error)]
        for (descriptor, path) in files {
            posix_spawn_file_actions_addopen(
                &actions, descriptor, path, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        }
    }

    /// Waits for its end, and ends what it has left behind.
    func end() async -> CommandEnd {
        let status = await withCheckedContinuation { continuation in
            Thread.detachNewThread { [process] in
                var status: Int32 = 0
                while waitpid(process, &status, 0) < 0, errno == EINTR {}
                continuation.resume(returning: status)
            }
        }
        let seconds = ContinuousClock.now - began
        isOver.withLock { $0 = true }
        if kill(-process, SIGTERM) == 0 {
            try? await Task.sleep(for: .milliseconds(200))
            _ = kill(-process, SIGKILL)
        }
        StopSignals.end(process)
        let signal = status & 0x7F
        return CommandEnd(
            exit: Int(signal == 0 ? status >> 8 & 0xFF : 128 + signal),
            seconds: Double(seconds.components.seconds)
                + Double(seconds.components.attoseconds) / 1e18)
    }

    /// Tells its group to end, and ends it where it does not.
    func stop() {
        _ = kill(-process, SIGINT)
        Task {
            try? await Task.sleep(for: ClientCommand.grace)
            if isOver.withLock({ !$0 }) { _ = kill(-process, SIGKILL) }
        }
    }
}
