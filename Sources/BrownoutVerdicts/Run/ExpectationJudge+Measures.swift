import BrownoutEngine
import BrownoutRecords

// Expectations of what is measured: times, breakers, and what errors are called.
extension ExpectationJudge {
    func latency(
        _ quantile: Expectation.Quantile, _ wanted: Comparison, _ calls: [Call]
    ) -> Found {
        let times = calls.filter { $0.outcome == .delivered }.map { call in
            (call.attempts.map(\.end.scenario).max() ?? 0) - call.attempts[0].begin.scenario
        }
        guard let time = Self.time(quantile, of: times) else { return .nothing }
        let holds = wanted.holds(for: .microseconds(time))
        return Found(verdict: holds ? .pass : .fail, text: time.asSeconds, calls: calls)
    }

    /// A plain answer has its tokens all at once. Of a stream a journal has the first byte of the
    /// head and the last byte of all; the first token came somewhere between them.
    func firstToken(
        _ quantile: Expectation.Quantile, _ wanted: Comparison, _ calls: [Call]
    ) -> Found {
        let times = calls.compactMap { call -> (earliest: Int64, latest: Int64)? in
            guard let answer = call.attempts.first(where: { $0.result == .delivered }),
                let firstByte = answer.firstByte
            else { return nil }
            let before = answer.begin.scenario - call.attempts[0].begin.scenario
            let latest = answer.isStream ? answer.lastByte ?? firstByte : firstByte
            return (before + firstByte, before + max(latest, firstByte))
        }
        guard let earliest = Self.time(quantile, of: times.map(\.earliest)),
            let latest = Self.time(quantile, of: times.map(\.latest))
        else { return .nothing }
        let holds = [earliest, latest].map { wanted.holds(for: .microseconds($0)) }
        let text =
            earliest == latest
            ? latest.asSeconds : "between \(earliest.asSeconds) and \(latest.asSeconds)"
        guard holds[0] == holds[1], earliest == latest || wanted.relation != .equal else {
            return .nothing(text + ": the journal does not tell when a stream's first token came")
        }
        return Found(verdict: holds[0] ? .pass : .fail, text: text, calls: calls)
    }

    private static func time(_ quantile: Expectation.Quantile, of times: [Int64]) -> Int64? {
        guard !times.isEmpty else { return nil }
        return times.sorted()[max(0, (times.count * quantile.percent + 99) / 100 - 1)]
    }

    func accuracy(_ wanted: Comparison, _ calls: [Call]) -> Found {
        let matrix = ConfusionMatrix(calls)
        guard let holds = wanted.holds(for: matrix.right, of: matrix.declared),
            matrix.declared > 0
        else { return .nothing("no category was declared of an error that has one") }
        return Found(
            verdict: holds ? .pass : .fail, text: "\(matrix.right) of \(matrix.declared)",
            calls: matrix.wrong.isEmpty ? calls : matrix.wrong)
    }

    // MARK: Breakers

    func breaker(
        _ trait: Expectation.BreakerTrait, _ wanted: Comparison, _ calls: [Call]
    ) -> Found {
        let rules = BreakerRules(calls, windows, of: scenario)
        switch trait {
        case .opensAfter: return opensAfter(wanted, rules, calls)
        case .probes:
            guard !rules.openings.isEmpty else { return .nothing("no breaker opened") }
            return counted(rules.openings.map { ($0.opening, $0.opening.probes.count) }, wanted)
        case .closesWithin: return closesWithin(wanted, rules)
        }
    }

    private func opensAfter(_ wanted: Comparison, _ rules: BreakerRules, _ calls: [Call]) -> Found {
        if !rules.openings.isEmpty {
            return counted(rules.openings.map { ($0.opening, $0.opening.cause.count) }, wanted)
        }
        // One that is not open after so many failures opens after more, if ever.
        let isBounded = [.atMost, .less, .equal].contains(wanted.relation)
        let longest = rules.streaks.max { $0.failures < $1.failures }
        guard isBounded, let longest, longest.failures > 0,
            wanted.bound.ratio < Ratio(UInt64(longest.failures))
        else { return .nothing("no breaker opened") }
        return Found(
            verdict: .fail,
            text: "\(longest.place) was asked after \(longest.failures.of("failure")) all the same",
            calls: calls)
    }

    /// The count of each opening; the first that is not as wanted speaks.
    private func counted(_ counts: [(BreakerOpening, Int)], _ wanted: Comparison) -> Found {
        let wrong = counts.filter { !wanted.holds(for: Ratio(UInt64($0.1))) }
        let spoken = wrong.first ?? counts[0]
        return Found(
            verdict: wrong.isEmpty ? .pass : .fail, text: "\(spoken.1) at \(spoken.0.place)",
            calls: spoken.0.elsewhere.prefix(20).map(\.call))
    }

    /// When a provider was well again lies between the last that went wrong there and the first
    /// time when nothing could have; only what holds for both is known.
    private func closesWithin(_ wanted: Comparison, _ rules: BreakerRules) -> Found {
        let isBounded = [.atMost, .less].contains(wanted.relation)
        var unknown: Found?
        var passed: Found?
        for judged in rules.openings {
            let calls = judged.opening.elsewhere.suffix(20).map(\.call)
            guard let before = judged.wellBefore, let after = judged.wellAfter else { continue }
            guard let closed = judged.opening.closedAt else {
                let alone = judged.leftAlone?.time ?? 0
                if isBounded, alone > 0, !wanted.holds(for: .microseconds(alone)) {
                    return Found(
                        verdict: .fail, text: "not within \(alone.asSeconds)", calls: calls)
                }
                unknown = .nothing("\(judged.opening.place) was not asked again in this run")
                continue
            }
            let (shortest, longest) = (max(0, closed - before), max(0, closed - after))
            let holds = [shortest, longest].map { wanted.holds(for: .microseconds($0)) }
            let text = "between \(shortest.asSeconds) and \(longest.asSeconds)"
            if holds == [false, false], shortest == longest || wanted.relation != .equal {
                return Found(verdict: .fail, text: text, calls: calls)
            }
            if holds == [true, true] {
                passed = Found(verdict: .pass, text: text, calls: calls)
            } else {
                unknown = .nothing(text)
            }
        }
        return unknown ?? passed ?? .nothing("no breaker opened")
    }
}
