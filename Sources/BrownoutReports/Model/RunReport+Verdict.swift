import BrownoutEngine
import BrownoutJSON
import BrownoutRecords
package import BrownoutVerdicts

extension RunReport {
    /// What a verdict holds: the same as is read from its JSON, and when attempts ended, which a
    /// timeline needs. `file` is the scenario's, as it was named.
    package init(_ run: RunVerdict, file: String? = nil, repetition: Int = 1) {
        self.init(
            scenario: run.scenario, file: file, seed: run.seed, repetition: repetition,
            verdict: run.verdict, command: run.command, calls: run.calls.map(CallReport.init),
            rules: run.findings.map(RuleReport.init),
            expectations: run.expectations.map(ExpectationReport.init),
            faults: run.firings.map(FaultReport.init),
            coverage: run.coverage.map(CoverageReport.init), cost: CostReport(run.cost.json))
        nameCalls()
    }

    /// The whole of what `--json` writes, as JSON text.
    package static func bytes(_ verdicts: [RunVerdict]) -> [UInt8] {
        if verdicts.count == 1 { return verdicts[0].bytes }
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("format", 1)
        writer.key("runs")
        writer.beginArray()
        for verdict in verdicts { verdict.write(to: &writer) }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }
}

extension CallReport {
    fileprivate init(_ call: Call) {
        var attempts: [AttemptReport] = []
        attempts.reserveCapacity(call.attempts.count)
        for index in call.attempts.indices {
            let next = index + 1 < call.attempts.count ? call.attempts[index + 1] : nil
            attempts.append(AttemptReport(call.attempts[index], before: next))
        }
        self.init(
            id: call.id, session: call.session, outcome: call.outcome,
            declared: call.declared.map(DeclaredReport.init), isSure: call.isSure,
            isHedged: call.isHedged, attempts: attempts)
    }
}

extension DeclaredReport {
    fileprivate init(_ declared: Declaration) {
        self.init(
            outcome: declared.outcome, category: declared.category?.rawValue,
            isRetryable: declared.isRetryable, message: declared.message)
    }
}

extension AttemptReport {
    fileprivate init(_ attempt: Attempt, before next: Attempt?) {
        self.init(
            exchange: attempt.exchange.hex, provider: attempt.provider, model: attempt.model,
            at: attempt.begin.scenario.inSeconds,
            took: attempt.ending == nil
                ? nil : (attempt.end.scenario - attempt.begin.scenario).inSeconds,
            status: attempt.status, cause: attempt.cause?.rawValue, faults: attempt.faultWords,
            ending: attempt.ending?.rawValue,
            waited: next.map { attempt.waited(until: $0).inSeconds },
            promised: attempt.promisedWait?.inSeconds)
    }
}

extension RuleReport {
    fileprivate init(_ finding: Finding) {
        self.init(
            rule: finding.rule, verdict: finding.verdict, severity: finding.severity,
            says: finding.says, measured: finding.measured, calls: finding.calls,
            exchanges: finding.exchanges.map(\.hex))
    }
}

extension ExpectationReport {
    fileprivate init(_ finding: ExpectationFinding) {
        self.init(
            path: finding.path, wanted: finding.wanted, found: finding.found,
            verdict: finding.verdict, severity: finding.severity, line: finding.line,
            calls: finding.calls)
    }
}

extension FaultReport {
    fileprivate init(_ firing: RuleFiring) {
        self.init(
            rule: firing.rule, fault: firing.fault, fired: firing.fired,
            injected: firing.injected)
    }
}

extension CoverageReport {
    fileprivate init(_ coverage: Coverage) {
        self.init(
            cause: coverage.cause, endpoint: coverage.endpoint, place: coverage.part,
            count: coverage.count)
    }
}

extension Int64 {
    /// Microseconds as seconds.
    fileprivate var inSeconds: Double { Double(self) / 1_000_000 }
}
