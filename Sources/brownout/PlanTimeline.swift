import BrownoutEngine
import BrownoutJournal
import BrownoutRecords
import BrownoutScenarios
import BrownoutServer

/// When the phases of a plan begin: at which call, and at which time.
struct PlanTimeline {
    private let phases: [Phase]
    /// By the phase's index; past the last one, when all are over.
    private var beginnings: [String?]
    private var last: String??

    init(_ phases: [Phase]) {
        self.phases = phases
        beginnings = Array(repeating: nil, count: phases.count + 1)
    }

    /// A decision was made in this phase; only its first beginning is kept.
    mutating func note(_ phase: String?, call: Int, at time: Duration) {
        guard last != .some(phase) else { return }
        last = .some(phase)
        let index = phase.flatMap { name in phases.firstIndex { $0.name == name } } ?? phases.count
        if beginnings[index] == nil {
            beginnings[index] = "call \(call), \(DecisionText.text(time))"
        }
    }

    /// A table with its titles.
    var rows: [[String]] {
        var rows = [["PHASE", "LASTS", "BEGINS"]]
        for (phase, beginning) in zip(phases, beginnings) {
            let ramp = phase.ramp.map { ", \($0.written)" } ?? ""
            rows.append([phase.name, phase.end.written + ramp, beginning ?? "not reached"])
        }
        if let over = beginnings[phases.count] { rows.append(["(over)", "", over]) }
        return rows
    }
}
