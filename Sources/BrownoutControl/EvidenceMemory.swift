import BrownoutEngine
import BrownoutJournal
import BrownoutRecords
import BrownoutVerdicts
import Synchronization

/// Which exchanges a verdict is about.
struct EvidenceScope: Equatable, Sendable {
    /// The session; nil: all.
    var session: String?
    /// Sessions that are left out.
    var others: Set<String>
    var run: Int64?
    var isClockManual: Bool
    /// When the scenario came into force, in microseconds of its time.
    var judgedSince: Int64
}

/// What was read for the verdict that was asked for last, so that the next one of the same scope
/// reads only what came since: who watches a run asks again and again.
final class EvidenceMemory: Sendable {
    private struct State {
        var scope: EvidenceScope
        var evidence: RunEvidence
        /// The sequence of the last exchange in it.
        var last: Int64
    }

    /// Exchanges that are kept; of more, each verdict reads all.
    private static let limit = 200_000
    private let state = Mutex<State?>(nil)

    /// What the journal has by now. Called by one thread at a time.
    func read(_ reader: JournalReader, _ scope: EvidenceScope) throws(JournalError) -> RunEvidence {
        let known = state.withLock { state in
            let known = state
            // Nobody else holds it while it grows.
            state = nil
            return known?.scope == scope ? known : nil
        }
        var current =
            known
            ?? State(
                scope: scope,
                evidence: RunEvidence(
                    isClockManual: scope.isClockManual, judgedSince: scope.judgedSince),
                last: 0)
        current.last = try current.evidence.read(
            reader, session: scope.session, run: scope.run, after: current.last,
            without: scope.others)
        try current.evidence.readNotes(reader, session: scope.session, run: scope.run)
        if !scope.others.isEmpty {
            current.evidence.outcomes.removeAll { scope.others.contains($0.session) }
        }
        if current.evidence.attempts.count <= EvidenceMemory.limit {
            state.withLock { [current] in $0 = current }
        }
        return current.evidence
    }
}
