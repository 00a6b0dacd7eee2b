package import BrownoutVerdicts

/// All runs of a drill, or all that a journal is asked for, and what they come to together.
package struct DrillReport: Sendable {
    /// The runs, in the order of the command line.
    package var runs: [RunReport]
    /// What is worse than it was in the baseline; nil: there is none.
    package var comparison: BaselineComparison?
    /// Whether rules of weight that are unknown count.
    package var isStrict: Bool

    package init(_ runs: [RunReport], against baseline: Baseline? = nil, isStrict: Bool = false) {
        self.runs = runs
        self.isStrict = isStrict
        comparison = baseline?.comparison(with: runs)
    }

    /// What is worse than before.
    package var regressions: [Regression] { comparison?.regressions ?? [] }

    /// The worst of all runs; what is worse than before fails.
    package var verdict: Verdict {
        if !regressions.isEmpty { return .fail }
        return Verdict.over(runs.map { $0.verdict(isStrict: isStrict) })
    }

    /// What a run is called: by its scenario, and by what tells it from others of the same.
    func name(_ run: RunReport) -> String {
        let same = runs.filter { $0.scenario == run.scenario }
        if same.count == 1 { return run.scenario }
        let name = "\(run.scenario), seed \(run.seed)"
        let isRepeated = same.contains { $0.seed == run.seed && $0.repetition > 1 }
        return isRepeated ? "\(name), run \(run.repetition)" : name
    }

    /// How many runs came to each verdict that occurred: `2 pass, 1 fail`.
    var countsText: String {
        Verdict.allCases.compactMap { verdict in
            let count = runs.count { $0.verdict(isStrict: isStrict) == verdict }
            return count > 0 ? "\(count) \(verdict.rawValue)" : nil
        }.joined(separator: ", ")
    }
}
