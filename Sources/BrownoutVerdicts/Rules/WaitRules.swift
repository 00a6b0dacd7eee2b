import BrownoutEngine
import BrownoutJSON

/// How long clients wait between attempts that nobody made a promise about.
enum WaitRules {
    static func backoffGrows(_ calls: [Call]) -> Finding {
        Finding(
            .backoffGrows, over: calls, passed: "waits between attempts grow"
        ) { call in
            .over(call.stretches.map(growth))
        }
    }

    private static func growth(_ stretch: [Attempt]) -> CallFinding {
        let waits = zip(stretch, stretch.dropFirst()).map { $0.wait(until: $1).longest }
        guard waits.count >= 3 else {
            return waits.isEmpty
                ? .notExercised : .unknown("fewer than four attempts without a promise", stretch[0])
        }
        let (first, last) = (waits[0], waits[waits.count - 1])
        let isFlat = waits.dropFirst().allSatisfy { $0 * 10 <= first * 11 }
        if isFlat || last * 2 < first {
            return .fail(
                "waits do not grow: " + waits.map(\.asSeconds).joined(separator: ", "),
                stretch[0], stretch[stretch.count - 1])
        }
        let shrinks = zip(waits, waits.dropFirst()).contains { $1 * 4 < $0 * 3 }
        return shrinks
            ? .unknown("waits grow and shrink: one call does not tell", stretch[0]) : .pass
    }

    static func jitter(_ calls: [Call]) -> Finding {
        let waits = calls.compactMap { call -> Int64? in
            guard call.isSure, let stretch = call.stretches.first, stretch.count > 1 else {
                return nil
            }
            return stretch[0].wait(until: stretch[1]).longest
        }.sorted()
        let waiting = calls.filter { $0.stretches.contains { $0.count > 1 } }
        var finding = Finding(.jitter, measuring: "waits differ", calls: waiting)
        guard !waits.isEmpty else { return Finding(.jitter, measuring: nil) }
        finding.measured = [
            JSONMember("waits", .int(waits.count)),
            JSONMember("median", .seconds(waits[waits.count / 2])),
        ]
        guard waits.count >= 8 else {
            finding.verdict = .unknown
            finding.says = "only \(waits.count.of("call")) waited without a promise; eight tell"
            return finding
        }
        let middle = waits.dropFirst(waits.count / 10).dropLast(waits.count / 10)
        let median = waits[waits.count / 2]
        let spread = (middle.last ?? 0) - (middle.first ?? 0)
        let isAlike =
            spread <= 20_000 || middle.allSatisfy { abs($0 - median) * 20 <= median }
        if isAlike {
            finding.verdict = .fail
            finding.says = "\(waits.count) calls waited alike, about \(median.asSeconds)"
        }
        return finding
    }
}

extension Call {
    /// Runs of attempts at one provider that follow each other without a promise.
    var stretches: [[Attempt]] {
        var stretches: [[Attempt]] = []
        for attempt in attempts {
            if let last = stretches.last?.last, last.isSamePlace(as: attempt),
                last.promise == nil, last.hasFailed, !last.isInProgress(at: attempt.begin)
            {
                stretches[stretches.count - 1].append(attempt)
            } else {
                stretches.append([attempt])
            }
        }
        return stretches.filter { $0.count > 1 }
    }
}
