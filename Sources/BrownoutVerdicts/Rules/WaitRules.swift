import BrownoutEngine
import BrownoutJSON

/// How long clients wait between attempts that nobody made a promise about.
enum WaitRules {
    /// How the waits of one call go.
    private enum Shape {
        case grows
        /// They grow, and one of them is much shorter than the one before.
        case shrinks
        /// They stay as they are, or end much shorter than they began.
        case flat
    }

    /// The waits of one call at one provider.
    private struct Waits {
        var call: Call
        var first: Attempt
        var last: Attempt
        var times: [Int64]

        var shape: Shape { WaitRules.shape(times) }
    }

    /// So many waits show how they go.
    private static let leastWaits = 3
    /// So many calls show what is chance in one.
    private static let leastCalls = 8

    /// What a busy machine makes of one and the same wait, in microseconds.
    private static let noise: Int64 = 5_000

    private static func shape(_ times: [Int64]) -> Shape {
        let (first, last) = (times[0], times[times.count - 1])
        let isFlat = times.dropFirst().allSatisfy { $0 * 10 <= first * 11 || $0 - first <= noise }
        if isFlat || last * 2 < first { return .flat }
        let shrinks = zip(times, times.dropFirst()).contains {
            $1 * 4 < $0 * 3 && $0 - $1 > noise
        }
        return shrinks ? .shrinks : .grows
    }

    static func backoffGrows(_ calls: [Call]) -> Finding {
        let waits = calls.flatMap { call in
            call.stretches.map { stretch in
                Waits(
                    call: call, first: stretch[0], last: stretch[stretch.count - 1],
                    times: zip(stretch, stretch.dropFirst()).map { $0.pause(until: $1).longest })
            }
        }
        let all = waits.filter { $0.times.count >= leastWaits }
        let long = all.filter(\.call.isSure)
        var finding = Finding(
            .backoffGrows, measuring: waits.isEmpty ? nil : "waits between attempts grow",
            [
                JSONMember("calls", .int(waits.count)),
                JSONMember("with_four_attempts", .int(all.count)),
                JSONMember("flat", .int(long.count { $0.shape == .flat })),
            ])
        guard let example = long.first(where: { $0.shape != .grows }) ?? long.first else {
            finding.verdict = waits.isEmpty ? .notExercised : .unknown
            if !waits.isEmpty {
                finding.says =
                    all.isEmpty
                    ? "no call has four attempts at one provider without a promise"
                    : "whether the attempts of a call are of one call is not sure"
            }
            return finding
        }
        var shape = together(long.map(\.shape))
        var times = example.times
        if shape == nil || shape == .shrinks, long.count >= leastCalls {
            times = medians(long.map(\.times))
            shape = WaitRules.shape(times)
        }
        finding.calls = long.prefix(20).map(\.call.id)
        let written = times.prefix(10).map(\.asSeconds).joined(separator: ", ")
        switch shape {
        case .grows?: break
        case .flat?:
            finding.verdict = .fail
            finding.says = "waits do not grow: \(written)"
            finding.exchanges = [example.first.exchange, example.last.exchange]
        case .shrinks?, nil:
            finding.verdict = .unknown
            finding.says =
                "waits grow and shrink, which so few calls do not tell from chance: "
                + written
            finding.exchanges = [example.first.exchange, example.last.exchange]
        }
        return finding
    }

    /// What all calls have in common; nil: they differ, as chance makes them.
    private static func together(_ shapes: [Shape]) -> Shape? {
        if shapes.allSatisfy({ $0 == .flat }) { return .flat }
        if shapes.allSatisfy({ $0 == .grows }) { return .grows }
        return shapes.contains(.flat) ? nil : .shrinks
    }

    /// The median of the first waits, of the second ones, and so on as long as half of the calls,
    /// and three at least, have one.
    private static func medians(_ waits: [[Int64]]) -> [Int64] {
        var medians: [Int64] = []
        while true {
            let times = waits.compactMap { $0.count > medians.count ? $0[medians.count] : nil }
            guard times.count * 2 >= waits.count || medians.count < leastWaits else {
                return medians
            }
            guard !times.isEmpty else { return medians }
            medians.append(times.sorted()[times.count / 2])
        }
    }

    static func jitter(_ calls: [Call]) -> Finding {
        var byCause: [String: [(time: Int64, call: Call)]] = [:]
        var unsure = 0
        for call in calls where call.attempts.count > 1 {
            let (first, next) = (call.attempts[0], call.attempts[1])
            guard first.isSamePlace(as: next), first.promise == nil, first.hasFailed,
                !first.isInProgress(at: next.begin)
            else { continue }
            guard call.isSure else {
                unsure += 1
                continue
            }
            byCause[first.what, default: []].append((first.pause(until: next).longest, call))
        }
        let causes = byCause.keys.sorted()
        let count = causes.reduce(0) { $0 + (byCause[$1]?.count ?? 0) }
        guard count > 0 else {
            var finding = Finding(
                .jitter, measuring: unsure > 0 ? "waits differ" : nil,
                [JSONMember("waits", .int(0))])
            guard unsure > 0 else { return finding }
            finding.verdict = .unknown
            finding.says = "whether the attempts of a call are of one call is not sure"
            return finding
        }
        let all = causes.flatMap { byCause[$0]?.map(\.time) ?? [] }.sorted()
        var finding = Finding(
            .jitter, measuring: "waits differ",
            [
                JSONMember("waits", .int(count)), JSONMember("median", .seconds(all[count / 2])),
            ])
        let large = causes.compactMap { byCause[$0] }.filter { $0.count >= leastCalls }
        guard !large.isEmpty else {
            finding.verdict = .unknown
            finding.says =
                "only \(count.of("call")) waited without a promise, and eight after one cause tell"
            return finding
        }
        finding.calls = large[0].prefix(20).map(\.call.id)
        for (cause, waits) in causes.compactMap({ name in byCause[name].map { (name, $0) } })
        where waits.count >= leastCalls && isAlike(waits.map(\.time)) {
            let median = waits.map(\.time).sorted()[waits.count / 2]
            finding.verdict = .fail
            finding.says =
                "\(waits.count.of("call")) waited alike after \(cause), about \(median.asSeconds)"
            finding.calls = waits.prefix(20).map(\.call.id)
            finding.exchanges = waits.prefix(20).map { $0.call.attempts[1].exchange }
            break
        }
        return finding
    }

    /// Whether the middle 80 % are the same to 5 %, or to 20 ms.
    private static func isAlike(_ times: [Int64]) -> Bool {
        let sorted = times.sorted()
        let middle = sorted.dropFirst(sorted.count / 10).dropLast(sorted.count / 10)
        let median = sorted[sorted.count / 2]
        let spread = (middle.last ?? 0) - (middle.first ?? 0)
        return spread <= 20_000 || middle.allSatisfy { abs($0 - median) * 20 <= median }
    }
}

extension Call {
    /// Runs of attempts at one provider that follow each other without a promise.
    var stretches: [[Attempt]] {
        if attempts.count < 2 { return [] }
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
