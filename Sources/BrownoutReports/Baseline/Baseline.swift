import BrownoutEngine
package import BrownoutJSON
import BrownoutVerdicts

/// Something that is worse than it was in the baseline.
package struct Regression: Equatable, Sendable {
    /// What kind of worse.
    package enum Kind: String, Sendable {
        /// Fewer calls get what they want.
        case passRate = "pass-rate"
        /// The command takes longer.
        case duration
        /// A rule, an expectation or the command fails that did not before.
        case newFailure = "new-failure"
    }

    /// The scenario's name.
    package let scenario: String
    /// What kind of worse.
    package let kind: Kind
    /// What is worse, without figures: the kind's word, or what fails.
    package let name: String
    /// A sentence with both figures.
    package let says: String
}

/// What a baseline says of some runs.
package struct BaselineComparison: Equatable, Sendable {
    /// What is worse.
    package var regressions: [Regression] = []
    /// The scenarios that the baseline does not know: nothing is said about them.
    package var unknownScenarios: [String] = []
}

/// The runs of an earlier drill, which later ones are held against. Runs are compared scenario by
/// scenario, all of one together: seeds and repetitions may differ.
package struct Baseline: Sendable {
    private let runs: [RunReport]

    /// Points by which the rate of calls that succeed may be lower.
    private static let points = 5
    /// How many times as long a command may take.
    private static let factor = 1.5
    /// Seconds that a command may take longer in any case: what starting a process varies by.
    private static let leeway = 0.1

    /// Throws for what `--json` did not write.
    package init(_ json: JSON) throws(ReportFormatError) {
        runs = try RunReport.runs(json)
    }

    /// What is worse in these runs.
    package func comparison(with runs: [RunReport]) -> BaselineComparison {
        var result = BaselineComparison()
        var seen: [String] = []
        for run in runs where !seen.contains(run.scenario) {
            seen.append(run.scenario)
            let before = self.runs.filter { $0.scenario == run.scenario }
            guard !before.isEmpty else {
                result.unknownScenarios.append(run.scenario)
                continue
            }
            let now = runs.filter { $0.scenario == run.scenario }
            result.regressions += Baseline.compared(run.scenario, now, before)
        }
        return result
    }

    private static func compared(
        _ scenario: String, _ now: [RunReport], _ before: [RunReport]
    ) -> [Regression] {
        var found: [Regression] = []
        func add(_ kind: Regression.Kind, _ says: String, of name: String? = nil) {
            let name = name ?? kind.rawValue
            found.append(Regression(scenario: scenario, kind: kind, name: name, says: says))
        }
        if let was = Rate(before), let rate = Rate(now), was.isMore(than: rate, by: points) {
            add(.passRate, "\(rate.text) of calls succeeded; in the baseline \(was.text) did")
        }
        if let was = meanSeconds(before), let seconds = meanSeconds(now),
            seconds > was * factor, seconds - was > leeway
        {
            add(
                .duration,
                "the command took \(seconds.asTime); in the baseline \(was.asTime)")
        }
        let earlier = before.flatMap(failures).map(\.name)
        var named: [String] = []
        for failure in now.flatMap(failures)
        where !earlier.contains(failure.name) && !named.contains(failure.name) {
            named.append(failure.name)
            add(
                .newFailure, "\(failure.says); it did not fail in the baseline",
                of: failure.name)
        }
        return found
    }

    private static func meanSeconds(_ runs: [RunReport]) -> Double? {
        let times = runs.compactMap(\.command?.seconds)
        return times.isEmpty ? nil : times.reduce(0, +) / Double(times.count)
    }

    /// What failed in a run; what is only measured is left out.
    private static func failures(_ run: RunReport) -> [(name: String, says: String)] {
        var failures: [(String, String)] = []
        if let command = run.command, command.exit != 0 {
            failures.append(("command", "the command ended with exit code \(command.exit)"))
        }
        for rule in run.failing where rule.severity != .info {
            failures.append((rule.rule, "\(rule.rule) fails: \(rule.says)"))
        }
        for item in run.unmet {
            failures.append(("expect \(item.path) \(item.wanted)", "\(item.says), which fails"))
        }
        return failures
    }

    /// How many calls of all that are over have succeeded.
    private struct Rate {
        let succeeded: Int
        let total: Int

        /// Nil without any call.
        init?(_ runs: [RunReport]) {
            let ends = runs.flatMap(\.calls).compactMap(\.hasSucceeded)
            if ends.isEmpty { return nil }
            (succeeded, total) = (ends.count { $0 }, ends.count)
        }

        func isMore(than other: Rate, by points: Int) -> Bool {
            100 * (succeeded * other.total - other.succeeded * total)
                > points * total * other.total
        }

        /// `87.5 % (7 of 8)`.
        var text: String {
            let tenths = (1000 * succeeded + total / 2) / total
            let rest = tenths % 10 == 0 ? "" : ".\(tenths % 10)"
            return "\(tenths / 10)\(rest) % (\(succeeded) of \(total))"
        }
    }
}
