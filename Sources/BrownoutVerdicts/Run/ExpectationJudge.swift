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
    struct Found {
        var verdict: Verdict
        var text: String?
        var calls: [Call] = []

        /// There is nothing to hold against it.
        static let nothing = Found(verdict: .unknown)

        static func nothing(_ says: String) -> Found { Found(verdict: .unknown, text: says) }

        init(verdict: Verdict, text: String? = nil, calls: [Call] = []) {
            self.verdict = verdict
            self.text = text
            self.calls = calls
        }

        /// What calls come to of which some are not as wanted: those that are not sure to be one
        /// call fail nothing.
        init(wrong: [Call], text: String?) {
            let sure = wrong.filter(\.isSure)
            verdict = wrong.isEmpty ? .pass : sure.isEmpty ? .unknown : .fail
            self.text = text
            calls = sure.isEmpty ? wrong : sure
        }
    }

    private let calls: [Call]
    let windows: CallWindows
    let scenario: Scenario
    private let prices: PriceTable
    /// By what it is called, the place of each call.
    private let places: [String: Int]
    /// What makes a failure one that nobody can be sure of.
    private let doubts: Doubts

    init(
        _ calls: [Call], _ windows: CallWindows, of scenario: Scenario,
        prices: PriceTable = .shipped, doubts: Doubts = Doubts()
    ) {
        self.calls = calls
        self.windows = windows
        self.scenario = scenario
        self.prices = prices
        self.doubts = doubts
        let isNeeded = !scenario.expectations.isEmpty
        places = Dictionary(
            isNeeded ? calls.enumerated().map { ($1.id, $0) } : [],
            uniquingKeysWith: { first, _ in first })
    }

    var findings: [ExpectationFinding] {
        scenario.expectations.enumerated().flatMap { index, block in
            let (calls, untold) = scoped(block, at: index)
            return block.expectations.map { expectation in
                let found =
                    untold.map { Found.nothing($0) }
                    ?? doubts.weighed(self.found(expectation.want, calls), expectation.want)
                // Where no call is as it should be, all that there are prove it.
                let proof =
                    found.calls.isEmpty && found.verdict == .fail ? self.calls : found.calls
                return ExpectationFinding(
                    path: expectation.path, wanted: expectation.wanted, found: found.text,
                    verdict: found.verdict, severity: block.severity, line: expectation.line,
                    calls: proof.prefix(20).map(\.id))
            }
        }
    }

    /// The calls that a block is about, else what a journal does not tell.
    private func scoped(_ block: ExpectationBlock, at index: Int) -> ([Call], String?) {
        if index < UInt64.bitWidth, calls.allSatisfy({ $0.attempts[0].expected != nil }) {
            let scoped = calls.filter { call in
                let first = call.attempts[0]
                return (first.expected ?? 0) & 1 << UInt64(index) != 0
                    && (block.phase.map { $0 == first.phase } ?? true)
            }
            return (scoped, nil)
        }
        do {
            let scope = try AttemptScope(block.when, phase: block.phase)
            return (calls.filter { scope.contains($0.attempts[0]) }, nil)
        } catch {
            return ([], error.says)
        }
    }

    private func found(_ want: Expectation.Want, _ calls: [Call]) -> Found {
        switch want {
        case .calls(let count, let wanted): counted(count, wanted, calls)
        case .attempts(let count, let wanted): attempted(count, wanted, calls)
        case .retryAfterHonoured: self.as(RetryRules.retryAfterHonoured(calls))
        case .backoff(.grows, let wanted):
            self.as(WaitRules.backoffGrows(calls), isWanted: wanted)
        case .backoff(.jitter, let wanted):
            self.as(WaitRules.jitter(calls), isWanted: wanted)
        case .notRetried(let causes): retried(causes, false, calls)
        case .retried(let causes): retried(causes, true, calls)
        case .fallback(let fallback): fellBack(fallback, calls)
        case .latency(let quantile, let wanted): latency(quantile, wanted, calls)
        case .firstToken(let quantile, let wanted): firstToken(quantile, wanted, calls)
        case .breaker(let trait, let wanted): breaker(trait, wanted, calls)
        case .split(let cells): self.as(SharingRules.loadSplit(calls, cells))
        case .sticky: self.as(SharingRules.sticky(calls))
        case .accuracy(let wanted): accuracy(wanted, calls)
        case .wasted(let wanted): wasted(wanted, calls)
        }
    }

    /// What a rule of the scorecard says; with false the opposite is wanted.
    private func `as`(_ finding: Finding, isWanted: Bool = true) -> Found {
        let proof = finding.calls.compactMap { places[$0].map { calls[$0] } }
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
        let open = count == .total ? 0 : calls.count { $0.hasSucceeded == nil }
        let text =
            "\(counting.count) of \(calls.count)"
            + (open > 0 ? ", and \(open.of("call")) in progress" : "")
        if holds {
            let holdsAtMost = wanted.holds(for: counting.count + open, of: calls.count) ?? false
            return Found(verdict: holdsAtMost ? .pass : .unknown, text: text)
        }
        let bounds = Bounds(counting, of: calls, open: open)
        let counted = Set(counting.map(\.id))
        let others = calls.filter { !counted.contains($0.id) }
        return Found(
            verdict: bounds.exclude(wanted) ? .fail : .unknown, text: text,
            calls: wanted.isExceeded(by: counting.count, of: calls.count) || others.isEmpty
                ? counting : others)
    }

    /// Between which counts the true one lies. Where calls are not sure, each of their attempts may
    /// be a call; one in progress may still count.
    private struct Bounds {
        var least: Int
        var most: Int
        var whole: Int

        init(_ counting: [Call], of calls: [Call], open: Int) {
            let unsure = calls.reduce(0) { $1.isSure ? $0 : $0 + $1.attempts.count }
            least = counting.count(where: \.isSure)
            most = least + unsure + open
            whole = calls.count(where: \.isSure) + unsure
        }

        /// Whether none of them is as wanted.
        func exclude(_ wanted: Comparison) -> Bool {
            func holds(_ relation: Comparison.Relation, _ count: Int) -> Bool {
                Comparison(relation, wanted.bound).holds(for: count, of: whole) ?? false
            }
            return switch wanted.relation {
            case .atLeast, .more: !holds(wanted.relation, min(most, whole))
            case .atMost, .less: !holds(wanted.relation, least)
            case .equal: holds(.more, least) || holds(.less, min(most, whole))
            }
        }
    }

    private func attempted(
        _ count: Expectation.AttemptCount, _ wanted: Comparison, _ calls: [Call]
    ) -> Found {
        switch count {
        case .perCall:
            guard !calls.isEmpty else { return .nothing }
            let wrong = calls.filter { !wanted.holds(for: Ratio(UInt64($0.attempts.count))) }
            let sure = wrong.filter(\.isSure)
            let counts = (!sure.isEmpty ? sure : wrong.isEmpty ? calls : wrong)
                .map(\.attempts.count)
            let isTooMany = [.atMost, .less].contains(wanted.relation)
            let worst = isTooMany ? counts.max() : counts.min()
            return Found(wrong: wrong, text: worst.map(String.init))
        case .total:
            let total = calls.reduce(0) { $0 + $1.attempts.count }
            let holds = wanted.holds(for: Ratio(UInt64(total)))
            return Found(
                verdict: holds ? .pass : .fail, text: String(total), calls: holds ? [] : calls)
        case .amplification:
            guard let worst = OutageRules(calls, of: scenario).worst,
                let ratio = Ratio(UInt64(worst.attempts), outOf: UInt64(worst.calls)),
                let least = Ratio(UInt64(worst.attempts), outOf: UInt64(worst.mostCalls))
            else { return .nothing("there was no outage") }
            let isSure = wanted.holds(for: ratio) == wanted.holds(for: least)
            return Found(
                verdict: !isSure ? .unknown : wanted.holds(for: ratio) ? .pass : .fail,
                text: "\(worst.attempts) attempts of \(worst.calls) calls",
                calls: Set(worst.outage.attempts.map(\.call)).sorted().map { calls[$0] })
        }
    }

    private func retried(_ causes: [Cause], _ isWanted: Bool, _ calls: [Call]) -> Found {
        let about = calls.filter { call in
            call.attempts.contains { $0.cause.map(causes.contains) ?? false }
        }
        guard !about.isEmpty else { return .nothing }
        func isMeant(_ attempt: Attempt) -> Bool { attempt.cause.map(causes.contains) ?? false }
        let again = about.filter { call in
            // To go elsewhere is to try again, but it does not send the same to the same again.
            isWanted
                ? call.pairs.contains { isMeant($0) && !$0.isInProgress(at: $1.begin) }
                : RetryRules.repetition(in: call, after: isMeant) != nil
        }
        let isAgain = Set(again.map(\.id))
        let wrong = isWanted ? about.filter { !isAgain.contains($0.id) } : again
        return Found(wrong: wrong, text: "\(again.count) of \(about.count) calls")
    }

    private func fellBack(_ wanted: Expectation.Fallback, _ calls: [Call]) -> Found {
        func isAt(_ target: Expectation.Target?, _ attempt: Attempt) -> Bool {
            target?.contains(provider: attempt.provider, model: attempt.model) ?? true
        }
        // Who leaves one of two that it asked at a time has not seen it fail.
        let failed = calls.filter { call in
            call.attempts.contains {
                $0.hasFailed && isAt(wanted.from, $0) && !($0.result == .left && call.isHedged)
            }
        }
        guard !failed.isEmpty else { return .nothing }
        let wrong = failed.filter { call in
            !call.pairs.contains { last, next in
                let wait = next.begin.scenario - last.end.scenario
                return last.fellBack(to: next) && isAt(wanted.from, last) && isAt(wanted.to, next)
                    && (wanted.within.map { $0.holds(for: .microseconds(max(wait, 0))) } ?? true)
            }
        }
        return Found(
            wrong: wrong, text: "\(failed.count - wrong.count) of \(failed.count) calls")
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
}

extension Comparison {
    /// Whether a count that is not as wanted is too many.
    fileprivate func isExceeded(by count: Int, of whole: Int) -> Bool {
        switch relation {
        case .atMost, .less: true
        case .atLeast, .more: false
        case .equal: Comparison(.more, bound).holds(for: count, of: whole) ?? false
        }
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
