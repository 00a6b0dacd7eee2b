import BrownoutEngine
import BrownoutRecords

// Expectations of what is measured: times, breakers, and what errors are called.
extension ExpectationJudge {
    func latency(
        _ quantile: Expectation.Quantile, _ wanted: Comparison, _ calls: [Call]
    ) -> Found {
        let times = calls.compactMap { call -> Time? in
            // A call lasts until its first answer, whatever else is asked beside it.
            let ends = call.attempts.lazy.filter { $0.result == .delivered }.map(\.end.scenario)
            guard let end = ends.min() else { return nil }
            let time = end - call.attempts[0].begin.scenario
            return Time(call: call, earliest: time, latest: time)
        }
        return timed(quantile, wanted, times)
    }

    /// Of what was made elsewhere nobody has counted the tokens: a plain answer has them all at once;
    /// of a stream the first came somewhere between the first byte of the head and the last of all.
    func firstToken(
        _ quantile: Expectation.Quantile, _ wanted: Comparison, _ calls: [Call]
    ) -> Found {
        let times = calls.compactMap { call -> Time? in
            guard let answer = call.attempts.first(where: { $0.result == .delivered }),
                let firstByte = answer.firstByte
            else { return nil }
            let before = answer.begin.scenario - call.attempts[0].begin.scenario
            if let token = answer.firstToken {
                return Time(call: call, earliest: before + token, latest: before + token)
            }
            let latest = answer.isStream ? answer.lastByte ?? firstByte : firstByte
            return Time(
                call: call, earliest: before + firstByte, latest: before + max(latest, firstByte))
        }
        return timed(quantile, wanted, times)
    }

    /// How long a call took, between these.
    private struct Time {
        var call: Call
        var earliest: Int64
        var latest: Int64
    }

    /// A quantile held against what is wanted. Where calls are not sure it fails only by those that
    /// are.
    private func timed(
        _ quantile: Expectation.Quantile, _ wanted: Comparison, _ times: [Time]
    ) -> Found {
        let found = timedAsTold(quantile, wanted, times)
        guard found.verdict == .fail, times.contains(where: { !$0.call.isSure }) else {
            return found
        }
        let sure = timedAsTold(quantile, wanted, times.filter(\.call.isSure))
        if sure.verdict == .fail { return sure }
        let text = found.text ?? ""
        return .nothing(text + ": whether some attempts are of one call is not sure")
    }

    private func timedAsTold(
        _ quantile: Expectation.Quantile, _ wanted: Comparison, _ times: [Time]
    ) -> Found {
        guard let earliest = Self.time(quantile, of: times.map(\.earliest)),
            let latest = Self.time(quantile, of: times.map(\.latest))
        else { return .nothing }
        func holds(_ time: Int64) -> Bool { wanted.holds(for: .microseconds(time)) }
        let text =
            earliest == latest
            ? latest.asSeconds : "between \(earliest.asSeconds) and \(latest.asSeconds)"
        guard holds(earliest) == holds(latest), earliest == latest || wanted.relation != .equal
        else {
            return .nothing(text + ": the journal does not tell when a stream's first token came")
        }
        if holds(earliest) {
            return Found(verdict: .pass, text: text, calls: times.map(\.call))
        }
        let wrong = times.filter { !holds($0.earliest) && !holds($0.latest) }
        return Found(
            verdict: .fail, text: text, calls: (wrong.isEmpty ? times : wrong).map(\.call))
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
