import BrownoutVerdicts

/// Runs as Markdown, for the summary of a job: what failed and by what it is known, and a table of
/// all runs.
package struct MarkdownReport {
    /// Bytes at most. GitHub refuses the summary of a step that is longer than 1 MiB.
    package static let limit = 1_000_000
    /// Characters of a cell at most.
    private static let cell = 600

    private let report: DrillReport

    package init(_ report: DrillReport) {
        self.report = report
    }

    /// The file's text.
    package var text: String {
        var page = MarkdownPage(limit: MarkdownReport.limit)
        page.add(["## brownout: \(report.verdict.rawValue)", "", sentence])
        baseline(&page)
        failures(&page)
        calls(&page)
        unknowns(&page)
        runs(&page)
        return page.text
    }

    private var sentence: String {
        let calls = report.runs.reduce(0) { $0 + $1.calls.count }
        let attempts = report.runs.reduce(0) { $0 + $1.attemptCount }
        let counts = report.runs.isEmpty ? "" : ": \(report.countsText)"
        return "\(report.runs.count.of("run"))\(counts). "
            + "\(calls.of("call")), \(attempts.of("attempt"))."
    }

    private func plain(_ text: String) -> String {
        MarkdownText.plain(text.cut(to: MarkdownReport.cell))
    }

    // MARK: Parts

    private func baseline(_ page: inout MarkdownPage) {
        guard let comparison = report.comparison else { return }
        page.add(["", "### Against the baseline", ""])
        for regression in comparison.regressions {
            page.add(["- **\(plain(regression.scenario))**: \(plain(regression.says))"])
        }
        for scenario in comparison.unknownScenarios {
            page.add(["- \(plain(scenario)): the baseline does not know this scenario"])
        }
        if comparison == BaselineComparison() { page.add(["Nothing is worse."]) }
    }

    private func failures(_ page: inout MarkdownPage) {
        var rows: [[String]] = []
        for run in report.runs {
            let name = plain(report.name(run))
            if let command = run.command, command.exit != 0 {
                rows.append([name, "command", "fail", "exit code \(command.exit)", ""])
            }
            for rule in run.failing {
                rows.append([
                    name, plain(rule.rule), rule.word, plain(rule.says),
                    names(rule.calls),
                ])
            }
            for item in run.unmet {
                rows.append([
                    name, "expect, line \(item.line)", item.word, plain(item.says),
                    names(item.calls),
                ])
            }
        }
        page.table("What failed", ["run", "rule", "", "what was found", "calls"], rows)
    }

    private func names(_ calls: [String]) -> String {
        calls.prefix(Evidence.told).map(plain).joined(separator: ", ")
            + (calls.count > Evidence.told ? ", …" : "")
    }

    /// The calls that failures name, each once.
    private func calls(_ page: inout MarkdownPage) {
        var rows: [[String]] = []
        for run in report.runs {
            var named: [String] = []
            for id in run.failing.flatMap(\.calls) + run.unmet.flatMap(\.calls)
            where !named.contains(id) {
                named.append(id)
                guard let call = run.call(id) else { continue }
                rows.append([
                    plain(report.name(run)), plain(id), plain(call.chain),
                    plain(call.waitsText ?? ""), call.outcome.rawValue,
                ])
            }
        }
        page.table(
            "Calls of what failed", ["run", "call", "attempts", "promised and waited", "outcome"],
            rows)
    }

    private func unknowns(_ page: inout MarkdownPage) {
        let rows = report.runs.flatMap { run in
            run.rules.filter { $0.verdict == .unknown }.map {
                [plain(report.name(run)), plain($0.rule), plain($0.says)]
            }
                + run.expectations.filter { $0.verdict == .unknown }.map {
                    [plain(report.name(run)), "expect, line \($0.line)", plain($0.says)]
                }
        }
        page.table("What could not be judged", ["run", "rule", "why"], rows)
    }

    private func runs(_ page: inout MarkdownPage) {
        let hasCost = report.runs.contains { $0.cost != nil }
        let rows = report.runs.map { run in
            let delivered = run.calls.count { $0.outcome == .delivered }
            let injected = run.faults.reduce(0) { $0 + $1.injected }
            let cells = [
                plain(run.scenario), String(run.seed),
                run.verdict(isStrict: report.isStrict).rawValue, String(run.calls.count),
                String(delivered), String(run.attemptCount), String(injected),
                run.command.map { $0.seconds.asTime } ?? "",
            ]
            return cells + (hasCost ? [plain(run.cost?.text ?? "")] : [])
        }
        page.table(
            "Runs",
            [
                "scenario", "seed", "verdict", "calls", "delivered", "attempts", "faults met",
                "time",
            ] + (hasCost ? ["cost"] : []), rows)
    }
}

/// Lines of Markdown up to a limit; what is left out is said.
private struct MarkdownPage {
    private let limit: Int
    private var lines: [String] = []
    private var bytes = 0
    private var left = 0

    /// Room that the sentence about what was left out takes.
    private static let reserve = 200

    init(limit: Int) {
        self.limit = limit - MarkdownPage.reserve
    }

    mutating func add(_ more: [String]) {
        for line in more {
            // Once a line is left out, so is all behind it: the order stays what it was.
            guard left == 0, bytes + line.utf8.count + 1 <= limit else {
                left += 1
                continue
            }
            lines.append(line)
            bytes += line.utf8.count + 1
        }
    }

    mutating func table(_ title: String, _ head: [String], _ rows: [[String]]) {
        if rows.isEmpty { return }
        add(["", "### \(title)", ""] + MarkdownText.head(head) + rows.map(MarkdownText.row))
    }

    var text: String {
        var text = lines.joined(separator: "\n") + "\n"
        if left > 0 {
            text +=
                "\nThis summary is cut here: \(left.of("line")) would not fit its limit of "
                + "1 MiB. What --json and --html write has all of it.\n"
        }
        return text
    }
}
