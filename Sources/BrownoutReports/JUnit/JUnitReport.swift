import BrownoutEngine
import BrownoutVerdicts

/// Runs as JUnit's XML, which every CI system shows: a suite for each run; in it the command, each
/// rule that had something to judge, the guards and the expectations.
///
/// What is unknown is skipped, with the reason: nothing was found wrong. An expectation that is
/// unknown is an `<error>`, though. It ends the drill with exit code 3, so the job is red, and CI
/// systems show skipped cases as green: nobody would find what made it red. Of `<failure>` and
/// `<error>` the second is the word for a case that could not be judged, and Jenkins, GitLab and
/// GitHub's reporters all show it in red. With `--strict` the same goes for rules of weight.
package struct JUnitReport {
    private let report: DrillReport

    package init(_ report: DrillReport) {
        self.report = report
    }

    /// The file's text.
    package var text: String {
        var suites = report.runs.map { suite($0) }
        if let comparison = report.comparison { suites.append(suite(comparison)) }
        let cases = suites.flatMap(\.cases)
        let seconds = report.runs.reduce(0) { $0 + ($1.command?.seconds ?? 0) }
        var lines = [#"<?xml version="1.0" encoding="UTF-8"?>"#]
        let counts = JUnitReport.counts(cases)
        lines.append(#"<testsuites name="brownout" \#(counts) time="\#(seconds.asSeconds)">"#)
        for suite in suites { lines += suite.lines }
        lines.append("</testsuites>")
        return lines.joined(separator: "\n") + "\n"
    }

    // MARK: Suites

    private struct Suite {
        var name: String
        var seconds = 0.0
        var properties: [(name: String, value: String)] = []
        var cases: [Case] = []

        var lines: [String] {
            let head = #"<testsuite name="\#(XMLText.attribute(name))" "#
            var lines = [
                "  " + head + JUnitReport.counts(cases) + #" time="\#(seconds.asSeconds)">"#
            ]
            if !properties.isEmpty {
                lines.append("    <properties>")
                for property in properties {
                    lines.append(
                        #"      <property name="\#(XMLText.attribute(property.name))" "#
                            + #"value="\#(XMLText.attribute(property.value))"/>"#)
                }
                lines.append("    </properties>")
            }
            return lines + cases.flatMap { $0.lines(in: name) } + ["  </testsuite>"]
        }
    }

    private static func counts(_ cases: [Case]) -> String {
        func count(_ kind: Case.Result.Kind) -> Int { cases.count { $0.result?.kind == kind } }
        return #"tests="\#(cases.count)" failures="\#(count(.failure))" "#
            + #"errors="\#(count(.error))" skipped="\#(count(.skipped))""#
    }

    private func suite(_ run: RunReport) -> Suite {
        var suite = Suite(name: report.name(run), seconds: run.command?.seconds ?? 0)
        suite.properties = [("scenario", run.scenario), ("seed", String(run.seed))]
        if let file = run.file { suite.properties.append(("file", file)) }
        suite.properties += [
            ("verdict", run.verdict(isStrict: report.isStrict).rawValue),
            ("calls", String(run.calls.count)), ("attempts", String(run.attemptCount)),
        ]
        if let cost = run.cost { suite.properties.append(("cost", cost.text)) }
        if let command = run.command {
            var item = Case(group: "drill", name: "command", seconds: command.seconds)
            if command.exit != 0 {
                item.result = .init(
                    .failure, "exit code", "the command ended with exit code \(command.exit)")
            }
            suite.cases.append(item)
        }
        suite.cases += run.rules.filter { $0.isGuard || $0.verdict != .notExercised }.map {
            item(of: $0, in: run)
        }
        suite.cases += run.expectations.map { item(of: $0, in: run) }
        return suite
    }

    private func suite(_ comparison: BaselineComparison) -> Suite {
        var suite = Suite(name: "baseline")
        for regression in comparison.regressions {
            suite.cases.append(
                Case(
                    group: regression.scenario, name: regression.name,
                    result: .init(.failure, "regression", regression.says)))
        }
        suite.cases += comparison.unknownScenarios.map {
            Case(
                group: $0, name: "comparison",
                result: .init(.skipped, "", "the baseline does not know this scenario"))
        }
        if suite.cases.isEmpty { suite.cases = [Case(group: "drill", name: "comparison")] }
        return suite
    }

    // MARK: Cases

    private struct Case {
        /// What came of it beside a success.
        struct Result {
            enum Kind: String {
                case failure
                case error
                case skipped
            }

            var kind: Kind
            /// What JUnit calls the type of a failure.
            var type: String
            var message: String
            /// What follows from the message, in lines.
            var evidence: [String]

            init(_ kind: Kind, _ type: String, _ message: String, _ evidence: [String] = []) {
                self.kind = kind
                self.type = type
                self.message = message
                self.evidence = evidence
            }
        }

        var group: String
        var name: String
        var seconds = 0.0
        var result: Result?
        var output: [String] = []

        func lines(in suite: String) -> [String] {
            let head =
                #"    <testcase classname="\#(XMLText.attribute("\(suite).\(group)"))" "#
                + #"name="\#(XMLText.attribute(name))" time="\#(seconds.asSeconds)""#
            var inner: [String] = []
            if let result {
                let message = #"message="\#(XMLText.attribute(result.message))""#
                let tag = result.kind.rawValue
                if result.kind == .skipped {
                    inner.append("      <skipped \(message)/>")
                } else {
                    let text = ([result.message] + result.evidence).joined(separator: "\n")
                    inner.append(
                        #"      <\#(tag) \#(message) type="\#(XMLText.attribute(result.type))">"#
                            + XMLText.content(text) + "</\(tag)>")
                }
            }
            if !output.isEmpty {
                inner.append(
                    "      <system-out>" + XMLText.content(output.joined(separator: "\n"))
                        + "</system-out>")
            }
            return inner.isEmpty ? [head + "/>"] : [head + ">"] + inner + ["    </testcase>"]
        }
    }

    private func item(of rule: RuleReport, in run: RunReport) -> Case {
        var item = Case(group: rule.isGuard ? "guards" : "rules", name: rule.rule)
        let evidence = Evidence.lines(rule.calls, of: run, exchanges: rule.exchanges)
        switch rule.verdict {
        case .pass: item.output = [rule.says]
        case .fail where rule.severity == .error:
            item.result = .init(.failure, rule.severity.rawValue, rule.says, evidence)
        case .fail:
            item.output = ["\(rule.severity.rawValue): \(rule.says)"] + evidence
        case .unknown where report.isStrict && rule.severity == .error:
            item.result = .init(.error, "unknown", rule.says, evidence)
        case .unknown, .notExercised:
            item.result = .init(.skipped, "", "\(rule.verdict.rawValue): \(rule.says)")
        }
        return item
    }

    private func item(of expectation: ExpectationReport, in run: RunReport) -> Case {
        var item = Case(
            group: "expect", name: "\(expectation.path) \(expectation.wanted)".inOneLine)
        if expectation.line > 0 { item.name += " (line \(expectation.line))" }
        let evidence = Evidence.lines(expectation.calls, of: run)
        switch expectation.verdict {
        case .pass, .notExercised: item.output = [expectation.says]
        case .fail where expectation.severity == .error:
            item.result = .init(.failure, "expect", expectation.says, evidence)
        case .fail: item.output = ["warning: \(expectation.says)"] + evidence
        case .unknown: item.result = .init(.error, "unknown", expectation.says)
        }
        return item
    }
}
