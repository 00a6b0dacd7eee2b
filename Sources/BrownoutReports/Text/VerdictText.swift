import BrownoutVerdicts

/// Verdicts for people at a terminal: what was judged, what it rests on, and what it comes to.
package struct VerdictText {
    private let report: DrillReport
    private let colouring: Colouring
    private let width: Int

    /// Columns that a line has at least, however narrow the terminal is.
    private static let narrowest = 40

    package init(_ report: DrillReport, colouring: Colouring, width: Int) {
        self.report = report
        self.colouring = colouring
        self.width = max(width, VerdictText.narrowest)
    }

    /// The whole text; the last line is the verdict's word.
    package var text: String {
        var parts = report.runs.map(text)
        if let comparison = report.comparison { parts.append(text(comparison)) }
        if report.runs.count != 1 || report.comparison != nil {
            let counts = report.countsText
            let of = counts.isEmpty ? "" : " (\(counts))"
            parts.append(
                "\(report.runs.count.of("run"))\(of)\n"
                    + colouring.word(report.verdict.rawValue, report.verdict) + "\n")
        }
        return parts.joined(separator: "\n")
    }

    private func text(_ run: RunReport) -> String {
        let verdict = run.verdict(isStrict: report.isStrict)
        var text = colouring.bold(title(run)) + "\n"
        if let command = run.command {
            let how = command.exit == 0 ? "" : " (a failure)"
            text += line("command: exit \(command.exit)\(how) after \(command.seconds.asTime)")
        }
        text += line(run.countsText)
        for fault in run.faults {
            let what = fault.fault.isEmpty ? "" : " (\(fault.fault))"
            text += line(
                "rule \(fault.rule)\(what): fired \(fault.fired.of("time")), "
                    + "met by a client \(fault.injected.of("time"))")
        }
        if let cost = run.cost { text += line("cost: \(cost.text)") }
        text += "\n" + rules(run) + expectations(run)
        let silent = run.rules.filter { $0.verdict == .notExercised }.map(\.rule)
        if !silent.isEmpty {
            text += line("not exercised: " + silent.joined(separator: ", "))
        }
        return text + colouring.word(verdict.rawValue, verdict) + "\n"
    }

    private func title(_ run: RunReport) -> String {
        "\(run.scenario), seed \(run.seed)".inOneLine
            + (run.repetition > 1 ? ", run \(run.repetition)" : "")
    }

    private func rules(_ run: RunReport) -> String {
        table(
            run.rules.filter { $0.verdict != .notExercised }.map { rule in
                var says = rule.says
                if rule.verdict == .fail || rule.verdict == .unknown {
                    says += calls(rule.calls, of: run)
                }
                return Row(word: rule.word, verdict: rule.verdict, name: rule.rule, says: says)
            })
    }

    private func expectations(_ run: RunReport) -> String {
        if run.expectations.isEmpty { return "" }
        return line("expected:")
            + table(
                run.expectations.map { item in
                    var says = "wanted \(item.wanted), found \(item.found ?? "nothing to judge")"
                    says += " (line \(item.line))"
                    if item.verdict == .fail { says += calls(item.calls, of: run) }
                    return Row(
                        word: item.word, verdict: item.verdict, name: item.path, says: says)
                })
    }

    /// The calls that prove something: the first with its attempts.
    private func calls(_ ids: [String], of run: RunReport) -> String {
        guard let first = ids.first else { return "" }
        let chain = run.call(first).map { ": \($0.chain)" } ?? ""
        let more = ids.count > 1 ? ", and \(ids.count - 1) more" : ""
        return " (\(first)\(chain)\(more))"
    }

    private func text(_ comparison: BaselineComparison) -> String {
        var text = "against the baseline\n"
        text += table(
            comparison.regressions.map {
                Row(word: "fail", verdict: .fail, name: $0.scenario, says: $0.says)
            })
        for scenario in comparison.unknownScenarios {
            text += line("\(scenario): the baseline does not know this scenario")
        }
        return comparison == BaselineComparison() ? text + line("nothing is worse") : text
    }

    // MARK: Layout

    private struct Row {
        var word: String
        var verdict: Verdict
        var name: String
        var says: String
    }

    /// A text, broken between words where the terminal is narrower, with an indent of two.
    private func line(_ text: String) -> String {
        TextLines.broken(text.inOneLine, width: width - 4).enumerated().map { index, line in
            (index == 0 ? "  " : "    ") + line + "\n"
        }.joined()
    }

    /// Words, names and sentences in three columns; where that leaves a sentence too little room it
    /// stands below.
    private func table(_ rows: [Row]) -> String {
        // The longest word that stands there: all tables of a run begin alike.
        let word = Verdict.unknown.rawValue.count
        let name = rows.map { $0.name.inOneLine.count }.max() ?? 0
        let margin = 2 + word + 2 + name + 2
        let stands = width - margin >= VerdictText.narrowest / 2 + 4
        let indent = stands ? margin : 6
        let blank = String(repeating: " ", count: indent)
        return rows.map { row in
            let lines = TextLines.broken(row.says.inOneLine, width: width - indent)
            let padding = String(repeating: " ", count: word - row.word.count + 2)
            var text = "  " + colouring.word(row.word, row.verdict) + padding
            text += row.name.inOneLine
            if stands {
                text += String(repeating: " ", count: margin - 4 - word - row.name.inOneLine.count)
                text += lines.joined(separator: "\n" + blank)
            } else {
                text += "\n" + lines.map { blank + $0 }.joined(separator: "\n")
            }
            return text + "\n"
        }.joined()
    }
}

/// Texts in lines.
enum TextLines {
    /// Lines of at most `width` characters, broken between words, and within those that are longer;
    /// at least one line.
    static func broken(_ text: String, width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            var word = String(word)
            if !line.isEmpty, line.count + 1 + word.count > width {
                lines.append(line)
                line = ""
            }
            while word.count > width {
                lines.append(String(word.prefix(width)))
                word = String(word.dropFirst(width))
            }
            line += line.isEmpty ? word : " \(word)"
        }
        return line.isEmpty && !lines.isEmpty ? lines : lines + [line]
    }
}
