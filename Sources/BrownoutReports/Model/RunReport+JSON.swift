import BrownoutEngine
package import BrownoutJSON
import BrownoutRecords
import BrownoutVerdicts

extension RunReport {
    /// The runs of a file that `--json` wrote: one, or several under `runs`.
    package static func runs(_ json: JSON) throws(ReportFormatError) -> [RunReport] {
        let reader = ReportReader(json: json, place: "")
        let format = try reader.need("format")
        guard try format.int() == 1 else { throw format.unexpected("format 1") }
        guard let list = reader["runs"] else { return [try RunReport(reader)] }
        var runs: [RunReport] = []
        for item in try list.items() { runs.append(try RunReport(item)) }
        return runs
    }

    init(_ run: ReportReader) throws(ReportFormatError) {
        scenario = try run.need("scenario").string()
        seed = try run.need("seed").seed()
        verdict = try run.need("verdict").word(Verdict.self)
        if let command = run["command"] {
            self.command = CommandEnd(
                exit: try command.need("exit").int(),
                seconds: try command.need("seconds").double())
        }
        calls = []
        for item in try run.need("calls").items() { calls.append(try CallReport(item)) }
        rules = []
        for item in try run.need("rules").items() { rules.append(try RuleReport(item)) }
        expectations = []
        for item in try run["expect"]?.items() ?? [] {
            expectations.append(try ExpectationReport(item))
        }
        faults = []
        for item in try run["faults"]?.items() ?? [] { faults.append(try FaultReport(item)) }
        coverage = []
        for item in try run["coverage"]?.items() ?? [] {
            coverage.append(try CoverageReport(item))
        }
        cost = run["cost"].flatMap { CostReport($0.json) }
        nameCalls()
    }

    /// A guard names exchanges alone; people look for the calls that they are of.
    mutating func nameCalls() {
        for index in rules.indices where rules[index].calls.isEmpty {
            let proof = Set(rules[index].exchanges)
            guard !proof.isEmpty else { continue }
            rules[index].calls = calls.filter { call in
                call.attempts.contains { proof.contains($0.exchange) }
            }.map(\.id)
        }
    }
}

extension CallReport {
    fileprivate init(_ call: ReportReader) throws(ReportFormatError) {
        id = try call.need("id").string()
        session = try call["session"]?.string() ?? ""
        outcome = try call.need("outcome").word(Call.Outcome.self)
        if let declared = call["declared"] {
            self.declared = DeclaredReport(
                outcome: try declared.need("outcome").word(DeclaredOutcome.self),
                category: try declared["category"]?.string(),
                isRetryable: declared["retryable"]?.json.boolValue,
                message: try declared["message"]?.string())
        }
        isSure = try call["tie"]?.string() != "unsure"
        isHedged = call["hedged"]?.json.boolValue ?? false
        attempts = []
        let list = try call.need("attempts")
        for item in try list.items() { attempts.append(try AttemptReport(item)) }
        if attempts.isEmpty { throw list.unexpected("at least one attempt") }
    }
}

extension AttemptReport {
    fileprivate init(_ attempt: ReportReader) throws(ReportFormatError) {
        exchange = try attempt["exchange"]?.string() ?? ""
        provider = try attempt["provider"]?.string() ?? ""
        model = try attempt["model"]?.string() ?? ""
        at = try attempt["at"]?.double() ?? 0
        status = try attempt["status"]?.int()
        cause = try attempt["cause"]?.string()
        faults = try attempt["fault"]?.strings() ?? []
        ending = try attempt["ending"]?.string()
        waited = try attempt["waited"]?.double()
        promised = try attempt["promised"]?.double()
    }
}

extension RuleReport {
    fileprivate init(_ rule: ReportReader) throws(ReportFormatError) {
        self.rule = try rule.need("rule").string()
        verdict = try rule.need("verdict").word(Verdict.self)
        severity = try rule["severity"]?.word(VerdictRule.Severity.self) ?? .error
        says = try rule["says"]?.string() ?? ""
        measured = rule["measured"]?.json.objectValue ?? []
        calls = try rule["calls"]?.strings() ?? []
        exchanges = try rule["exchanges"]?.strings() ?? []
    }
}

extension ExpectationReport {
    fileprivate init(_ item: ReportReader) throws(ReportFormatError) {
        path = try item.need("expect").string()
        wanted = try item["wanted"]?.string() ?? ""
        found = try item["found"]?.string()
        verdict = try item.need("verdict").word(Verdict.self)
        severity = try item["severity"]?.word(ExpectationBlock.Severity.self) ?? .error
        line = try item["line"]?.int() ?? 1
        calls = try item["calls"]?.strings() ?? []
    }
}

extension FaultReport {
    fileprivate init(_ item: ReportReader) throws(ReportFormatError) {
        rule = try item.need("rule").string()
        fault = try item["fault"]?.string() ?? ""
        fired = try item["fired"]?.int() ?? 0
        injected = try item["injected"]?.int() ?? 0
    }
}

extension CoverageReport {
    fileprivate init(_ item: ReportReader) throws(ReportFormatError) {
        cause = try item.need("cause").string()
        endpoint = try item["endpoint"]?.string() ?? ""
        place = try item["where"]?.string() ?? ""
        count = try item["count"]?.int() ?? 0
    }
}
