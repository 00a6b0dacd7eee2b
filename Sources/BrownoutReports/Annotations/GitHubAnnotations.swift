import BrownoutEngine
import BrownoutVerdicts

/// Failures as commands to GitHub's runner, which shows them beside the lines of a change. An
/// expectation points at its line of the scenario. Of each kind GitHub shows ten a step, so those of
/// weight come first.
package struct GitHubAnnotations {
    private let report: DrillReport

    package init(_ report: DrillReport) {
        self.report = report
    }

    /// One command a line.
    package var text: String {
        var all = report.regressions.map { regression in
            Annotation(
                level: .error, title: "brownout: baseline",
                message: "\(regression.scenario): \(regression.says)")
        }
        all += report.runs.flatMap(annotations)
        let inOrder = Annotation.Level.allCases.flatMap { level in
            all.filter { $0.level == level }
        }
        return inOrder.map { $0.text + "\n" }.joined()
    }

    private func annotations(of run: RunReport) -> [Annotation] {
        let name = report.name(run)
        var found: [Annotation] = []
        if let command = run.command, command.exit != 0 {
            found.append(
                Annotation(
                    level: .error, file: run.file, title: "brownout: command",
                    message: "\(name): the command ended with exit code \(command.exit)"))
        }
        for rule in run.rules {
            guard let level = level(of: rule) else { continue }
            let lines = Evidence.lines(rule.calls, of: run)
            found.append(
                Annotation(
                    level: level, file: run.file, title: "brownout: \(rule.rule)",
                    message: ([message(name, rule.verdict, rule.says)] + lines)
                        .joined(separator: "\n")))
        }
        for item in run.expectations {
            guard let level = level(of: item) else { continue }
            let lines = Evidence.lines(item.calls, of: run)
            found.append(
                Annotation(
                    level: level, file: run.file, line: item.line,
                    title: "brownout: expect \(item.path)",
                    message: ([message(name, item.verdict, item.says)] + lines)
                        .joined(separator: "\n")))
        }
        return found
    }

    private func message(_ name: String, _ verdict: Verdict, _ says: String) -> String {
        "\(name): " + (verdict == .unknown ? "unknown: " : "") + says
    }

    /// Nil: nobody has to act on it.
    private func level(of rule: RuleReport) -> Annotation.Level? {
        switch (rule.verdict, rule.severity) {
        case (.fail, .error): .error
        case (.fail, .warning): .warning
        case (.fail, _): .notice
        case (.unknown, .error): report.isStrict ? .error : nil
        default: nil
        }
    }

    private func level(of expectation: ExpectationReport) -> Annotation.Level? {
        switch expectation.verdict {
        case .fail: expectation.severity == .error ? .error : .warning
        // The run is unknown by it, whatever it weighs.
        case .unknown: .error
        case .pass, .notExercised: nil
        }
    }
}

/// One command to GitHub's runner.
private struct Annotation {
    enum Level: String, CaseIterable {
        case error
        case warning
        case notice
    }

    var level: Level
    var file: String?
    var line: Int?
    var title: String
    var message: String

    /// Characters of a message at most: GitHub cuts a long one, in the middle of a word.
    private static let longest = 4000

    /// `::error file=…,line=…,title=…::…`. The escapes are those of the runner's own toolkit
    /// (actions/toolkit, packages/core/src/command.ts).
    var text: String {
        var properties: [String] = []
        if let file { properties.append("file=\(Annotation.property(file))") }
        if let line, line > 0 { properties.append("line=\(line)") }
        properties.append("title=\(Annotation.property(title))")
        return "::\(level.rawValue) \(properties.joined(separator: ","))::"
            + Annotation.data(message.cut(to: Annotation.longest))
    }

    private static func data(_ text: String) -> String { escaped(text, "%\r\n") }

    private static func property(_ text: String) -> String { escaped(text, "%\r\n:,") }

    private static func escaped(_ text: String, _ special: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            if special.unicodeScalars.contains(scalar) {
                let code = String(scalar.value, radix: 16, uppercase: true)
                result += "%" + (code.count < 2 ? "0" : "") + code
            } else {
                result.unicodeScalars.append(scalar.isControl ? "\u{FFFD}" : scalar)
            }
        }
        return result
    }
}
