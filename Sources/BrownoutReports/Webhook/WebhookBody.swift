import BrownoutEngine
package import BrownoutJSON
import BrownoutVerdicts

/// What a webhook is told of a drill. Only names, figures and the rules' own sentences: nothing of
/// the environment, of the command's words or of any key.
package struct WebhookBody {
    /// How it is told.
    package enum Format: String, CaseIterable, Sendable {
        /// Brownout's own form.
        case json
        /// What Slack's incoming webhooks take, and those of others that understand it.
        case slack
    }

    /// Failing rules of one run that are told at most.
    private static let told = 50
    /// Characters of a sentence at most.
    private static let sentence = 500
    /// Runs that a message in a chat tells of at most, and failures of each.
    private static let listed = 10
    /// Characters of a message in a chat at most: Slack cuts what is longer.
    private static let message = 3500

    private let report: DrillReport

    package init(_ report: DrillReport) {
        self.report = report
    }

    /// The body in one of the forms.
    package func json(_ format: Format) -> JSON {
        switch format {
        case .json: own
        case .slack: ["text": .string(chat)]
        }
    }

    // MARK: Our own form

    private var own: JSON {
        var members = [
            JSONMember("format", .number(JSONNumber(1))),
            JSONMember("verdict", .string(report.verdict.rawValue)),
        ]
        if report.runs.count == 1 {
            members += self.members(of: report.runs[0])
        } else {
            members.append(
                JSONMember(
                    "runs",
                    .array(
                        report.runs.map { run in
                            let verdict = run.verdict(isStrict: report.isStrict).rawValue
                            return .object(
                                [JSONMember("verdict", .string(verdict))] + self.members(of: run))
                        })))
        }
        if report.comparison != nil {
            members.append(
                JSONMember(
                    "regressions",
                    .array(
                        report.regressions.map {
                            [
                                "scenario": .string($0.scenario),
                                "kind": .string($0.kind.rawValue),
                                "says": .string($0.says.cut(to: WebhookBody.sentence)),
                            ]
                        })))
        }
        return .object(members)
    }

    private func members(of run: RunReport) -> [JSONMember] {
        func int(_ value: Int) -> JSON { .number(JSONNumber(value)) }
        var counts = [
            JSONMember("calls", int(run.calls.count)),
            JSONMember("attempts", int(run.attemptCount)),
        ]
        counts += run.outcomes.map { JSONMember($0.outcome.rawValue, int($0.count)) }
        var failing = run.failing.map { rule -> JSON in
            [
                "rule": .string(rule.rule), "severity": .string(rule.severity.rawValue),
                "says": .string(rule.says.cut(to: WebhookBody.sentence)),
            ]
        }
        failing += run.unmet.map { item in
            [
                "expect": .string(item.path), "severity": .string(item.severity.rawValue),
                "says": .string(item.says.cut(to: WebhookBody.sentence)),
            ]
        }
        return [
            JSONMember("scenario", .string(run.scenario)),
            JSONMember("seed", .number(JSONNumber(text: String(run.seed)))),
            JSONMember("exit", run.command.map { int($0.exit) } ?? .null),
            JSONMember("counts", .object(counts)),
            JSONMember("failing", .array(Array(failing.prefix(WebhookBody.told)))),
        ]
    }

    // MARK: A chat's

    private var chat: String {
        var lines = [
            "*brownout: \(report.verdict.rawValue)*: \(report.runs.count.of("run"))"
                + (report.runs.isEmpty ? "" : " (\(report.countsText))")
        ]
        lines += report.regressions.prefix(WebhookBody.listed).map {
            "• worse than the baseline: \(escaped("\($0.scenario): \($0.says)"))"
        }
        let failed = report.runs.filter { $0.verdict(isStrict: report.isStrict) != .pass }
        for run in failed.prefix(WebhookBody.listed) {
            lines.append(
                "*\(escaped(report.name(run)))*: "
                    + "\(run.verdict(isStrict: report.isStrict).rawValue), \(run.countsText)")
            if let command = run.command, command.exit != 0 {
                lines.append("• the command ended with exit code \(command.exit)")
            }
            let says =
                run.failing.map { "\($0.word) \($0.rule): \($0.says)" }
                + run.unmet.map { "\($0.word) \($0.says)" }
            lines += says.prefix(WebhookBody.listed).map { "• " + escaped($0) }
            if says.count > WebhookBody.listed {
                lines.append("• and \(says.count - WebhookBody.listed) more")
            }
        }
        if failed.count > WebhookBody.listed {
            lines.append("and \((failed.count - WebhookBody.listed).of("run")) more")
        }
        return fitted(lines)
    }

    /// As many lines as a message takes.
    private func fitted(_ lines: [String]) -> String {
        var text = ""
        for line in lines {
            if text.count + line.count + 1 > WebhookBody.message { return text + "…" }
            text += line + "\n"
        }
        return String(text.dropLast())
    }

    /// The three characters that Slack's mrkdwn gives a meaning to
    /// (docs.slack.dev, "Formatting message text", "Escaping text").
    private func escaped(_ text: String) -> String {
        var result = ""
        for character in text.inOneLine.cut(to: WebhookBody.sentence) {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            default: result.append(character)
            }
        }
        return result
    }
}
