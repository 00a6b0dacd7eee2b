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

    /// Whether a signal ended it: they have the numbers 1 to 64.
    var isBySignal: Bool { (129...192).contains(exit) }
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
        let calls = CallFinder.calls(
            of: evidence.attempts, outcomes: evidence.outcomes, windows: windows,
            closed: evidence.closed)
        let pacing = Pacing(evidence.lateness)
        let doubts = Doubts(
            isLate: pacing.isLate, isCutShort: command?.isBySignal ?? false)
        let rules = Scorecard.findings(calls, windows, of: scenario, prices: prices).map {
            doubts.weighed($0)
        }
        self.calls = calls
        cost = RunCost(of: calls, by: prices)
        guard let scenario else {
            (firings, expectations) = ([], [])
            findings = rules + [pacing.finding]
            return
        }
        let guards = Guards(of: scenario, in: evidence.tallies, isOver: command != nil)
        firings = guards.firings
        expectations =
            ExpectationJudge(calls, windows, of: scenario, prices: prices, doubts: doubts).findings
        findings =
            rules.compactMap { $0.weighed(by: scenario) }
            + guards.findings.map { doubts.weighed($0) } + [pacing.finding]
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
        let outages = OutageRules(calls, of: scenario)
        return [
            RetryRules.retryAfterHonoured(calls), RetryRules.retryAfterBounded(calls),
            RetryRules.permanentNotRetried(calls), RetryRules.transientRetried(calls),
            RetryRules.attemptsBounded(calls), WaitRules.backoffGrows(calls),
            WaitRules.jitter(calls), outages.amplification, outages.herd,
            AnswerRules.fallback(calls),
            BreakerRules.circuitBreaker(calls, windows, of: scenario),
            AnswerRules.hangAbandoned(calls, windows),
            DeclarationRules.cancelPrompt(calls), DeclarationRules.truncatedNotAccepted(calls),
            AnswerRules.noRetryAfterOutput(calls), ToolRules.toolExecutedOnce(calls),
            AnswerRules.keyRotated(calls), SharingRules.loadSplit(calls, of: scenario),
            SharingRules.sticky(calls, of: scenario), AnswerRules.duplicateBilling(calls, prices),
            AnswerRules.connectionReuse(calls), DeclarationRules.categories(calls),
        ]
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
