package import BrownoutEngine
import BrownoutJSON
import BrownoutRecords

/// How the command of a drill ended.
package struct CommandEnd: Equatable, Sendable {
    /// Its exit code; 128 and the signal where one ended it.
    package var exit: Int
    /// How long it ran.
    package var seconds: Double

    package init(exit: Int, seconds: Double) {
        self.exit = exit
        self.seconds = seconds
    }
}

/// What a rule of a scenario did in a run.
package struct RuleFiring: Equatable, Sendable {
    /// The rule's name.
    package var rule: String
    /// The fault that it decided first; empty: none.
    package var fault: String
    /// The requests that it had a part in.
    package var fired: Int
    /// Those of them that met the fault.
    package var injected: Int
}

/// What a run says about the client.
package struct RunVerdict: Sendable {
    /// The scenario's name.
    package let scenario: String
    /// The seed of its draws.
    package let seed: UInt64
    /// How the command ended; nil: there was none.
    package let command: CommandEnd?
    /// The calls of the client.
    package let calls: [Call]
    /// What each rule comes to.
    package let findings: [Finding]
    /// What each rule of the scenario did.
    package let firings: [RuleFiring]
    /// What the scenario's expectations come to.
    package let expectations: [ExpectationFinding]
    /// What its answers cost.
    package let cost: RunCost

    /// Judges what a scenario's requests came to. `scenario` is nil where nobody knows it: then
    /// nothing is said about its rules.
    package init(
        _ evidence: RunEvidence, scenario: Scenario?, name: String, seed: UInt64,
        command: CommandEnd? = nil, prices: PriceTable = .shipped
    ) {
        var windows = CallWindows()
        if let scenario { windows = CallWindows(scenario.verdictWindows) }
        self.scenario = name
        self.seed = seed
        self.command = command
        let records = evidence.exchanges
        let calls = CallFinder.calls(
            of: records.compactMap { Attempt($0) }, outcomes: evidence.outcomes, windows: windows,
            closed: evidence.closed)
        let rules = Scorecard.findings(calls, windows, of: scenario, prices: prices)
        self.calls = calls
        cost = RunCost(of: calls, by: prices)
        guard let scenario else {
            (firings, expectations, findings) = ([], [], rules)
            return
        }
        let firings = Guards.firings(of: scenario, in: records)
        self.firings = firings
        expectations = ExpectationJudge(calls, windows, prices, of: scenario).findings
        findings =
            rules.compactMap { $0.weighed(by: scenario) }
            + Guards.findings(of: scenario, firings, in: records)
    }

    /// What all of it comes to.
    package var verdict: Verdict { verdict(isStrict: false) }

    /// The same; a strict one is unknown where a rule of weight is.
    package func verdict(isStrict: Bool) -> Verdict {
        if let command, command.exit != 0 { return .fail }
        let weighty = findings.filter { $0.severity == .error }
        if weighty.contains(where: { $0.verdict == .fail }) { return .fail }
        let expected = expectations.filter { $0.severity == .error }
        if expected.contains(where: { $0.verdict == .fail }) { return .fail }
        if expectations.contains(where: { $0.verdict == .unknown }) { return .unknown }
        return isStrict && weighty.contains { $0.verdict == .unknown } ? .unknown : .pass
    }
}

/// The rules that are known without anybody's wish.
package enum Scorecard {
    /// What each comes to, in the order of the reference.
    package static func findings(
        _ calls: [Call], _ windows: CallWindows, of scenario: Scenario? = nil,
        prices: PriceTable = .shipped
    ) -> [Finding] {
        [
            RetryRules.retryAfterHonoured(calls), RetryRules.retryAfterBounded(calls),
            RetryRules.permanentNotRetried(calls), RetryRules.transientRetried(calls),
            RetryRules.attemptsBounded(calls), WaitRules.backoffGrows(calls),
            WaitRules.jitter(calls), OutageRules.amplification(calls), OutageRules.herd(calls),
            AnswerRules.fallback(calls),
            BreakerRules.circuitBreaker(calls, windows, of: scenario),
            AnswerRules.hangAbandoned(calls, windows),
            DeclarationRules.cancelPrompt(calls), DeclarationRules.truncatedNotAccepted(calls),
            AnswerRules.noRetryAfterOutput(calls), ToolRules.toolExecutedOnce(calls),
            AnswerRules.keyRotated(calls), AnswerRules.duplicateBilling(calls, prices),
            AnswerRules.connectionReuse(calls), DeclarationRules.categories(calls),
        ]
    }
}

/// What keeps a drill from proving nothing.
enum Guards {
    /// What each rule with an effect did, in the scenario's order.
    static func firings(of scenario: Scenario, in records: [ExchangeRecord]) -> [RuleFiring] {
        let rules = scenario.rules + scenario.phases.flatMap(\.rules)
        return rules.map { rule in
            let fired = records.filter { record in
                record.trace.contains { $0.rule == rule.name && $0.outcome.hasFired }
            }
            let decided = fired.filter { $0.rule == rule.name && !$0.faults.isEmpty }
            return RuleFiring(
                rule: rule.name, fault: decided.first?.faultWords.first ?? "",
                fired: fired.count, injected: decided.count { $0.injected == true })
        }
    }

    /// `never-fired` and `not-injected`.
    static func findings(
        of scenario: Scenario, _ firings: [RuleFiring], in records: [ExchangeRecord]
    ) -> [Finding] {
        let optional = (scenario.rules + scenario.phases.flatMap(\.rules)).filter(\.isOptional)
        let silent = firings.filter { firing in
            firing.fired == 0 && !optional.contains { $0.name == firing.rule }
        }
        let chances = Dictionary(
            (scenario.rules + scenario.phases.flatMap(\.rules)).map { ($0.name, $0.chance) },
            uniquingKeysWith: { first, _ in first })
        let sure = silent.filter { chances[$0.rule] == .always }
        var never = Finding(
            named: "never-fired", .error,
            measuring: firings.isEmpty ? nil : "every rule of the scenario fired",
            [JSONMember("rules", .array(silent.map { .string($0.rule) }))])
        if let first = (sure.first ?? silent.first) {
            never.verdict = sure.isEmpty ? .unknown : .fail
            never.says = "\(first.rule) fired nowhere"
        }
        let missed = records.filter { $0.injected == false && !$0.faults.isEmpty }
        let whole = missed.filter { $0.ending == .complete }
        let planned = records.contains { !$0.faults.isEmpty }
        var injected = Finding(
            named: "not-injected", .error, measuring: planned ? "every fault was met" : nil)
        if !missed.isEmpty {
            injected.verdict = whole.isEmpty ? .unknown : .fail
            injected.says =
                whole.isEmpty
                ? "the client left before the fault" : "a whole answer went out without the fault"
            injected.exchanges = Array(missed.prefix(20).map(\.id))
        }
        return [never, injected]
    }
}

extension Finding {
    /// The finding as a scenario weighs it; nil: it is not to be judged.
    func weighed(by scenario: Scenario) -> Finding? {
        guard let rule = VerdictRule(rawValue: rule) else { return self }
        var finding = self
        let overrides = scenario.expectations.lazy.flatMap(\.scorecard)
        // A rule that measures may have found something that weighs more.
        if let override = overrides.first(where: { $0.rule == rule }) {
            finding.severity = override.severity
        }
        return finding.severity == .off ? nil : finding
    }
}

extension TraceEntry.Outcome {
    /// Whether the rule had a part in the decision.
    fileprivate var hasFired: Bool {
        switch self {
        case .fired, .branch, .step: true
        case .outside, .notEvery, .missed, .noBranch, .refused: false
        }
    }
}
