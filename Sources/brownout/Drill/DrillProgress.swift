import BrownoutReports
import BrownoutServer
import BrownoutVerdicts
import Foundation
import Synchronization

/// How far a drill is, on standard error: on a terminal one line that is written anew, elsewhere a
/// line for each run that has ended. Where a run's command writes to the terminal itself there are
/// lines for the begin and the end of a run in its place: one that is written anew would be written
/// into what the command says.
final class DrillProgress: Sendable {
    private struct State {
        var ended = 0
        var running: [Int: Running] = [:]
        var requests = 0
        var isShown = false
    }

    private struct Running {
        var name: String
        var core: Core?

        var requests: Int { core.map(DrillProgress.requests) ?? 0 }
    }

    private let total: Int
    private let isRewritten: Bool
    private let saysBegin: Bool
    private let began = ContinuousClock.now
    private let state = Mutex(State())

    /// How often the line is written anew.
    private static let pace = Duration.milliseconds(500)
    private static let clear = "\r\u{1B}[2K"

    /// `passesThrough`: commands write to the terminal themselves.
    init(total: Int, passesThrough: Bool) {
        self.total = total
        let terminal = ProcessInfo.processInfo.environment["TERM"]
        let isTerminal = isatty(STDERR_FILENO) == 1
        isRewritten = !passesThrough && isTerminal && terminal != "dumb"
        saysBegin = passesThrough && isTerminal && total > 1
    }

    /// Writes the line anew until it is cancelled.
    func show() async {
        guard isRewritten else { return }
        while !Task.isCancelled {
            state.withLock { write(&$0) }
            try? await Task.sleep(for: DrillProgress.pace)
        }
        state.withLock { hide(&$0) }
    }

    func began(_ index: Int, _ entry: DrillEntry) {
        state.withLock { $0.running[index] = Running(name: entry.name) }
        if saysBegin { Terminal.error("drill: \(index + 1) of \(total) \(entry.name)\n") }
    }

    func serves(_ index: Int, _ core: Core) {
        state.withLock { $0.running[index]?.core = core }
    }

    /// A run has ended: shows what its command wrote, and what it came to.
    func ended(
        _ index: Int, _ entry: DrillEntry, _ verdict: Verdict?, in duration: Duration,
        output: CommandOutput?
    ) {
        let seconds =
            Double(duration.components.seconds)
            + Double(duration.components.attoseconds) / 1e18
        state.withLock { state in
            state.ended += 1
            state.requests += state.running[index]?.requests ?? 0
            state.running[index] = nil
            hide(&state)
            output?.pass()
            if total > 1 {
                Terminal.error(
                    "drill: \(state.ended) of \(total) \(entry.name) … "
                        + "\(verdict?.rawValue ?? "not judged") in \(seconds.asTime)\n")
            }
            if isRewritten, state.ended < total { write(&state) }
        }
    }

    private func write(_ state: inout State) {
        let requests = state.running.values.reduce(state.requests) { $0 + $1.requests }
        guard let first = state.running.min(by: { $0.key < $1.key })?.value.name else { return }
        let more = state.running.count > 1 ? " and \(state.running.count - 1) beside it" : ""
        let seconds = (ContinuousClock.now - began).components.seconds
        let counts = "\(seconds) s, \(Terminal.count(requests, "request"))"
        let line = "drill: \(state.ended) of \(total) over, \(counts); \(first)\(more)"
        Terminal.error(DrillProgress.clear + line.prefix(Terminal.width(of: STDERR_FILENO) - 1))
        state.isShown = true
    }

    private func hide(_ state: inout State) {
        if state.isShown { Terminal.error(DrillProgress.clear) }
        state.isShown = false
    }

    private static func requests(_ core: Core) -> Int {
        core.counters.snapshot.first { $0.name == "exchanges" }?.value ?? 0
    }
}
