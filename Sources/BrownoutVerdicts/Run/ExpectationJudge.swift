package import BrownoutEngine
import BrownoutRecords

/// What an expectation of a scenario comes to.
package struct ExpectationFinding: Sendable {
    /// What it is called: its keys with dots between them.
    package let path: String
    /// What is wanted, as it was written.
    package let wanted: String
    /// What was found; nil: nothing that can be held against it.
    package var found: String?
    /// What it comes to.
    package var verdict: Verdict
    /// Whether the run fails by it.
    package let severity: ExpectationBlock.Severity
    /// Where it stands in the scenario.
    package let line: Int
    /// The calls that prove it.
    package var calls: [String]
}

/// Holds calls against what a scenario expects of them.
struct ExpectationJudge {
    private struct Found {
        var verdict: Verdict
        var text: String?
        var calls: [Call] = []

        /// There is nothing to hold against it.
        static let nothing = Found(verdict: .unknown)
    }

    private let calls: [Call]
    private let windows: CallWindows
    private let prices: PriceTable
    private let blocks: [ExpectationBlock]

    init(
        _ calls: [Call], _ windows: CallWindows, _ prices: PriceTable, of scenario: Scenario
    ) {
        self.calls = calls
        self.windows = windows
        self.prices = prices
        blocks = scenario.expectations
    }

    var findings: [ExpectationFinding] {
        blocks.flatMap { block in
            let calls = scoped(block)
            return block.expectations.map { expectation in
                let found = calls.map { self.found(expectation.want, $0) } ?? .nothing
                return ExpectationFinding(
                    path: expectation.path, wanted: expectation.wanted, found: found.text,
                    verdict: found.verdict, severity: block.severity, line: expectation.line,
                    calls: found.calls.prefix(20).map(\.id))
            }
        }
    }

    /// The calls that a block is about; nil where a journal does not tell.
    private func scoped(_ block: ExpectationBlock) -> [Call]? {
        let when = block.when
        let isTold =
            when.header.isEmpty && when.body.isEmpty && when.userText.isEmpty && when.key.isEmpty
            && when.client.isEmpty && when.tools == nil && when.version == nil
            && when.endpoint.isEmpty
        guard isTold else { return nil }
        return calls.filter { call in
            let first = call.attempts[0]
            func fits(_ globs: [Glob], _ text: String) -> Bool {
                globs.isEmpty || globs.contains { $0.matches(text) }
            }
            return fits(when.provider, first.provider) && fits(when.model, first.model)
                && fits(when.session, first.session)
                && (when.stream.map { $0 == first.isStream } ?? true)
                && (block.phase.map { $0 == first.phase } ?? true)
        }
    }

    private func found(_ want: Expectation.Want, _ calls: [Call]) -> Found {
        switch want {
        case .calls(let count, let wanted): counted(count, wanted, calls)
        case .attempts(let count, let wanted): attempted(count, wanted, calls)
        case .retryAfterHonoured: Self.as(RetryRules.retryAfterHonoured(calls), calls)
        case .backoff(.grows, let wanted):
            Self.as(WaitRules.backoffGrows(calls), calls, isWanted: wanted)
        case .backoff(.jitter, let wanted):
            Self.as(WaitRules.jitter(calls), calls, isWanted: wanted)
        case .notRetried(let causes): retried(causes, false, calls)
        case .retried(let causes): retried(causes, true, calls)
        case .fallback(let fallback): fellBack(fallback, calls)
        case .latency(let quantile, let wanted): latency(quantile, wanted, calls)
        case .wasted(let wanted): wasted(wanted, calls)
        // What these take is not measured yet.
        case .firstToken, .breaker, .split, .sticky, .accuracy: .nothing
        }
    }

    /// What a rule of the scorecard says; with false the opposite is wanted.
    private static func `as`(_ finding: Finding, _ calls: [Call], isWanted: Bool = true) -> Found {
        let proof = calls.filter { finding.calls.contains($0.id) }
        switch finding.verdict {
        case .pass:
            return Found(verdict: isWanted ? .pass : .fail, text: finding.says, calls: proof)
        case .fail:
            return Found(verdict: isWanted ? .fail : .pass, text: finding.says, calls: proof)
        case .unknown, .notExercised: return Found(verdict: .unknown, text: finding.says)
        }
    }

    private func counted(
        _ count: Expectation.CallCount, _ wanted: Comparison, _ calls: [Call]
    ) -> Found {
        let counting = calls.filter { call in
            switch count {
            case .total: true
            case .succeeded: call.hasSucceeded == true
            case .failed: call.hasSucceeded == false
            }
        }
        guard let holds = wanted.holds(for: counting.count, of: calls.count) else {
            return .nothing
        }
        let others = calls.filter { call in !counting.contains { $0.id == call.id } }
        let isTooMany = [.atMost, .less].contains(wanted.relation)
        return Found(
            verdict: holds ? .pass : .fail, text: "\(counting.count) of \(calls.count)",
            calls: holds ? [] : isTooMany || others.isEmpty ? counting : others)
    }

    private func attempted(
        _ count: Expectation.AttemptCount, _ wanted: Comparison, _ calls: [Call]
    ) -> Found {
        guard !calls.isEmpty else { return .nothing }
        switch count {
        case .perCall:
            let wrong = calls.filter { !wanted.holds(for: Ratio(UInt64($0.attempts.count))) }
            let unsure = wrong.filter { !$0.isSure }
            let counts = (wrong.isEmpty ? calls : wrong).map(\.attempts.count)
            let isTooMany = [.atMost, .less].contains(wanted.relation)
            let worst = isTooMany ? counts.max() : counts.min()
            return Found(
                verdict: wrong.isEmpty ? .pass : wrong.count == unsure.count ? .unknown : .fail,
                text: worst.map(String.init), calls: wrong)
        case .total:
            let total = calls.reduce(0) { $0 + $1.attempts.count }
            let holds = wanted.holds(for: Ratio(UInt64(total)))
            return Found(
                verdict: holds ? .pass : .fail, text: String(total), calls: holds ? [] : calls)
        case .amplification:
            let outages = OutageRules.outages(calls)
            guard let worst = OutageRules.worst(outages, calls),
                let ratio = Ratio(UInt64(worst.attempts), outOf: UInt64(worst.calls))
            else { return .nothing }
            return Found(
                verdict: wanted.holds(for: ratio) ? .pass : .fail,
                text: "\(worst.attempts) attempts of \(worst.calls) calls", calls: calls)
        }
    }

    private func retried(_ causes: [Cause], _ isWanted: Bool, _ calls: [Call]) -> Found {
        let about = calls.filter { call in
            call.attempts.contains { $0.cause.map(causes.contains) ?? false }
        }
        guard !about.isEmpty else { return .nothing }
        let again = about.filter { call in
            call.pairs.contains { last, _ in last.cause.map(causes.contains) ?? false }
        }
        let wrong = isWanted ? about.filter { call in !again.contains { $0.id == call.id } } : again
        let isUnsure = !wrong.isEmpty && wrong.allSatisfy { !$0.isSure }
        return Found(
            verdict: wrong.isEmpty ? .pass : isUnsure ? .unknown : .fail,
            text: "\(again.count) of \(about.count) calls", calls: wrong)
    }

    private func fellBack(_ wanted: Expectation.Fallback, _ calls: [Call]) -> Found {
        func isAt(_ target: Expectation.Target?, _ attempt: Attempt) -> Bool {
            target?.contains(provider: attempt.provider, model: attempt.model) ?? true
        }
        let failed = calls.filter { call in
            call.attempts.contains { $0.hasFailed && isAt(wanted.from, $0) }
        }
        guard !failed.isEmpty else { return .nothing }
        let wrong = failed.filter { call in
            !call.pairs.contains { last, next in
                let isElsewhere = last.provider != next.provider || last.model != next.model
                let wait = last.wait(until: next).scenario
                return last.hasFailed && isElsewhere && isAt(wanted.from, last)
                    && isAt(wanted.to, next)
                    && (wanted.within.map { $0.holds(for: .microseconds(max(wait, 0))) } ?? true)
            }
        }
        return Found(
            verdict: wrong.isEmpty ? .pass : .fail,
            text: "\(failed.count - wrong.count) of \(failed.count) calls", calls: wrong)
    }

    private func wasted(_ wanted: Comparison, _ calls: [Call]) -> Found {
        guard !calls.isEmpty else { return .nothing }
        let cost = RunCost(of: calls, by: prices)
        let verdict = cost.verdict(on: wanted)
        // Where too little was wasted, all calls are the proof.
        let wasteful = cost.wastefulCalls.isEmpty ? calls : cost.wastefulCalls.map { calls[$0] }
        return Found(
            verdict: verdict, text: cost.wastedText, calls: verdict == .pass ? [] : wasteful)
    }

    private func latency(
        _ quantile: Expectation.Quantile, _ wanted: Comparison, _ calls: [Call]
    ) -> Found {
        let times = calls.filter { $0.outcome == .delivered }.map { call in
            (call.attempts.map(\.end.scenario).max() ?? 0) - call.attempts[0].begin.scenario
        }.sorted()
        guard !times.isEmpty else { return .nothing }
        let rank = max(0, (times.count * quantile.percent + 99) / 100 - 1)
        let holds = wanted.holds(for: .microseconds(times[rank]))
        return Found(verdict: holds ? .pass : .fail, text: times[rank].asSeconds, calls: calls)
    }
}

extension Call {
    /// Whether the client has what it wanted: by its own word, else by what went out. Nil: it is in
    /// progress.
    fileprivate var hasSucceeded: Bool? {
        switch declared?.outcome {
        case .succeeded?, .fellBack?: true
        case .failed?: false
        case .partial?, nil: outcome == .pending ? nil : outcome == .delivered
        }
    }
}
