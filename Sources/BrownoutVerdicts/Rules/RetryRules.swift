import BrownoutEngine
import BrownoutJSON

/// What a client does about an attempt that failed.
enum RetryRules {
    /// A client's clock and the way here may be so far off, in microseconds.
    private static let tolerance: Int64 = 50_000

    static func retryAfterHonoured(_ calls: [Call]) -> Finding {
        Finding(
            .retryAfterHonoured, over: calls,
            passed: "every attempt came no earlier than the answer before had promised"
        ) { call in
            .over(call.pairs.compactMap { honoured($0, $1) })
        }
    }

    private static func honoured(_ last: Attempt, _ next: Attempt) -> CallFinding? {
        guard let promise = last.promise else { return nil }
        guard last.isSamePlace(as: next) else {
            return .unknown("the call went elsewhere before the promised wait was over", last, next)
        }
        if promise.isGarbled { return .unknown("the promise is neither a wait nor a date", last) }
        if promise.isAbsurd { return .unknown("the promise is longer than ten minutes", last) }
        let waited = last.wait(until: next).longest
        guard waited < promise.earliest - tolerance else { return .pass }
        return .fail(
            "asked again after \(waited.asSeconds), where \(promise.earliest.asSeconds) was promised",
            last, next)
    }

    static func retryAfterBounded(_ calls: [Call]) -> Finding {
        Finding(
            .retryAfterBounded, over: calls,
            passed: "no wait was much longer than promised"
        ) { call in
            var findings = call.pairs.compactMap { bounded($0, $1) }
            if call.outcome == .pending, call.attempts.last?.promise != nil {
                findings.append(.unknown("the call is not over", call.attempts[0]))
            }
            return .over(findings)
        }
    }

    private static func bounded(_ last: Attempt, _ next: Attempt) -> CallFinding? {
        guard let promise = last.promise, last.isSamePlace(as: next), !promise.isGarbled else {
            return nil
        }
        let waited = last.wait(until: next).shortest
        let longest = promise.isAbsurd ? promise.earliest : 2 * promise.latest + 5 * Int64.second
        let isOvershot = promise.isAbsurd ? waited >= longest : waited > longest
        guard isOvershot else { return .pass }
        return .fail(
            "waited \(waited.asSeconds), where \(promise.latest.asSeconds) was promised", last, next
        )
    }

    static func permanentNotRetried(_ calls: [Call]) -> Finding {
        Finding(
            .permanentNotRetried, over: calls,
            passed: "no error that does not pass by itself was tried again"
        ) { call in
            let permanent = call.attempts.filter { $0.isRetryable == false }
            guard !permanent.isEmpty else { return .notExercised }
            let again = call.pairs.first { last, next in
                last.isRetryable == false && last.isSamePlace(as: next) && last.key == next.key
            }
            guard let (last, next) = again else { return .pass }
            return .fail(
                "sent the same request again after \(last.what), which does not pass by itself",
                last, next)
        }
    }

    static func transientRetried(_ calls: [Call]) -> Finding {
        Finding(
            .transientRetried, over: calls,
            passed: "every error that may pass was tried again"
        ) { call in
            let first = call.attempts[0]
            guard first.isRetryable == true, first.result != .broken else { return .notExercised }
            guard call.attempts.count == 1 else { return .pass }
            if call.declared != nil { return .unknown("the client has said why", first) }
            if first.promise?.isAbsurd == true {
                return .unknown("the promise is longer than ten minutes", first)
            }
            return .fail("gave up after one attempt that got \(first.what)", first)
        }
    }

    /// Attempts of a call at one provider.
    private static let mostAttempts = 10

    static func attemptsBounded(_ calls: [Call]) -> Finding {
        Finding(
            .attemptsBounded, over: calls,
            passed: "no call was tried more than \(mostAttempts) times at one provider"
        ) { call in
            if call.attempts.count < 2 { return .notExercised }
            let most = call.attempts.map { attempt in
                call.attempts.filter { $0.provider == attempt.provider }
            }.first { $0.count > mostAttempts }
            guard let most else { return .pass }
            return .fail(
                "tried \(most.count) times at \(most[0].provider)", most[0], most[most.count - 1])
        }
    }

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

extension Attempt {
    /// What it got, in few words.
    package var what: String {
        if let cause { return cause.rawValue }
        if let fault = faults.first { return fault.name }
        return status.map { "a \($0)" } ?? "no answer"
    }
}

extension Int64 {
    /// Microseconds as seconds, to the millisecond.
    var asSeconds: String {
        let milliseconds = (self + (self < 0 ? -500 : 500)) / 1000
        let (whole, rest) = magnitude(milliseconds)
        return (milliseconds < 0 ? "-" : "") + "\(whole).\(rest) s"
    }

    private func magnitude(_ milliseconds: Int64) -> (UInt64, String) {
        let (whole, rest) = milliseconds.magnitude.quotientAndRemainder(dividingBy: 1000)
        return (whole, String(String(rest + 1000).dropFirst()))
    }
}
