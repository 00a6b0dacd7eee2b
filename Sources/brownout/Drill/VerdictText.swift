import BrownoutEngine
import BrownoutVerdicts

/// A verdict for people: what was judged, what it rests on, and what it comes to.
struct VerdictText {
    let isColoured: Bool

    func text(_ run: RunVerdict) -> String {
        var text = "\(run.scenario), seed \(run.seed)\n"
        if let command = run.command {
            text += "  command: exit \(command.exit) after \(String(tenths(command.seconds))) s\n"
        }
        let outcomes = Dictionary(grouping: run.calls, by: \.outcome)
        let counts = Call.Outcome.allCases.compactMap { outcome in
            outcomes[outcome].map { "\($0.count) \(outcome.rawValue)" }
        }
        let attempts = run.calls.reduce(0) { $0 + $1.attempts.count }
        text +=
            "  \(Terminal.count(run.calls.count, "call")), \(Terminal.count(attempts, "attempt"))"
            + (counts.isEmpty ? "" : ": " + counts.joined(separator: ", ")) + "\n"
        var rows: [[String]] = []
        for finding in run.findings where finding.verdict != .notExercised {
            var says = finding.says
            if finding.verdict == .fail || finding.verdict == .unknown, !finding.calls.isEmpty {
                says += " (\(finding.calls.prefix(5).joined(separator: ", ")))"
            }
            let word = finding.verdict == .fail && finding.severity == .warning ? "warn" : nil
            rows.append([
                coloured(word ?? finding.verdict.rawValue, finding.verdict), finding.rule, says,
            ])
        }
        text += TextTable.text(rows, indent: "  ")
        let silent = run.findings.filter { $0.verdict == .notExercised }.map(\.rule)
        if !silent.isEmpty {
            text += "  not exercised: " + silent.joined(separator: ", ") + "\n"
        }
        return text + coloured(run.verdict.rawValue, run.verdict) + "\n"
    }

    private func tenths(_ seconds: Double) -> Double { (seconds * 10).rounded() / 10 }

    private func coloured(_ word: String, _ verdict: Verdict) -> String {
        guard isColoured else { return word }
        let colour =
            switch verdict {
            case .pass: 32
            case .fail: word == "warn" ? 33 : 31
            case .unknown, .notExercised: 33
            }
        return "\u{1B}[\(colour)m\(word)\u{1B}[0m"
    }
}
