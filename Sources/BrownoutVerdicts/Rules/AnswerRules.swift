import BrownoutEngine
import BrownoutJSON
import BrownoutRecords

/// What a client makes of answers, whole and broken.
enum AnswerRules {
    static func fallback(_ calls: [Call]) -> Finding {
        let moved = calls.filter { call in
            call.pairs.contains { last, next in
                last.hasFailed && (last.provider != next.provider || last.model != next.model)
            }
        }
        let moves: [JSON] = moved.prefix(20).compactMap { call in
            let move = call.pairs.first { $0.provider != $1.provider || $0.model != $1.model }
            return move.map { last, next in
                [
                    "from": .string(last.provider), "to": .string(next.provider),
                    "model": .string(next.model), "after": .string(last.what),
                    "waited": .seconds(last.wait(until: next).scenario),
                ]
            }
        }
        return Finding(
            .fallback,
            measuring: moved.isEmpty
                ? nil : "\(moved.count.of("call")) went elsewhere after a failure",
            [JSONMember("moves", .array(moves))], calls: moved)
    }

    static func hangAbandoned(_ calls: [Call], _ windows: CallWindows) -> Finding {
        Finding(
            .hangAbandoned, over: calls,
            passed: "no silence was waited out longer than \(windows.patience.asSeconds)"
        ) { call in
            let silent = call.attempts.filter { attempt in
                attempt.faults.contains { [.hang, .stall, .halfOpen, .noAnswer].contains($0) }
            }
            return .over(
                silent.map { attempt in
                    let heard = max(attempt.lastByte ?? 0, attempt.firstByte ?? 0)
                    let held = (attempt.clientLeft ?? attempt.lastByte ?? 0) - heard
                    guard held > windows.patience else { return .pass }
                    return .fail("held a silent answer for \(held.asSeconds)", attempt)
                })
        }
    }

    static func noRetryAfterOutput(_ calls: [Call]) -> Finding {
        Finding(
            .noRetryAfterOutput, over: calls,
            passed: "no call was tried again of which output had arrived"
        ) { call in
            let broken = call.attempts.filter { $0.result == .broken }
            if broken.isEmpty { return .notExercised }
            let again = call.pairs.first { last, _ in last.result == .broken }
            guard let (last, next) = again, call.declared == nil else { return .pass }
            return .fail("tried again after a part of the answer had arrived", last, next)
        }
    }

    static func truncatedNotAccepted(_ calls: [Call]) -> Finding {
        Finding(
            .truncatedNotAccepted, over: calls,
            passed: "no answer that was not whole was taken for one"
        ) { call in
            let isPartial = call.attempts.contains {
                if case .broken = $0.result { return true }
                if case .empty = $0.result { return true }
                return false
            }
            guard isPartial, call.outcome != .delivered else { return .notExercised }
            guard let declared = call.declared else {
                return .unknown("the client has not said what it made of it", call.attempts[0])
            }
            guard declared.outcome == .succeeded else { return .pass }
            return .fail(
                "declared succeeded, and no answer was whole",
                call.attempts[call.attempts.count - 1])
        }
    }

    /// Of one tool call of one delivered answer there is one result.
    static func toolExecutedOnce(_ calls: [Call]) -> Finding {
        // By session and id: what was sent as result of each call that was offered.
        var results: [String: [(digest: UInt64, attempt: Attempt)]] = [:]
        var answered = 0
        let inOrder = calls.flatMap { call in call.attempts.map { (call, $0) } }
            .sorted { ($0.1.begin.scenario, $0.1.exchange) < ($1.1.begin.scenario, $1.1.exchange) }
        var twice: [(Call, Attempt, Attempt)] = []
        for (call, attempt) in inOrder {
            for result in attempt.toolResults {
                let id = attempt.session + "\u{0}" + result.id
                guard let known = results[id] else { continue }
                answered += 1
                if let other = known.first(where: { $0.digest != result.digest }) {
                    twice.append((call, other.attempt, attempt))
                }
                results[id] = known + [(result.digest, attempt)]
            }
            for offered in attempt.toolCalls {
                // Results belong to the latest answer that has the id.
                results[attempt.session + "\u{0}" + offered.id] = []
            }
        }
        var finding = Finding(
            .toolExecutedOnce,
            measuring: answered == 0 ? nil : "every tool call has one result",
            [
                JSONMember("offered", .int(results.count)),
                JSONMember("results", .int(answered)),
            ])
        if let (call, first, second) = twice.first {
            finding.verdict = .fail
            finding.says = "different results were sent for one tool call"
            finding.calls = [call.id]
            finding.exchanges = [first.exchange, second.exchange]
        }
        return finding
    }

    static func keyRotated(_ calls: [Call]) -> Finding {
        let refused = calls.filter { call in
            call.attempts.contains { $0.cause == .invalidAPIKey || $0.cause == .insufficientQuota }
        }
        let keys = Set(calls.flatMap(\.attempts).compactMap(\.credential))
        let rotated = refused.filter { Set($0.attempts.compactMap(\.credential)).count > 1 }
        var finding = Finding(
            .keyRotated,
            measuring: refused.isEmpty
                ? nil : "\(rotated.count) of \(refused.count) calls went on with another key",
            [
                JSONMember("refused", .int(refused.count)),
                JSONMember("rotated", .int(rotated.count)),
            ], calls: rotated)
        if !refused.isEmpty, keys.count < 2 {
            finding.verdict = .unknown
            finding.says = "the client has one key"
        }
        return finding
    }

    static func connectionReuse(_ calls: [Call]) -> Finding {
        let attempts = calls.flatMap(\.attempts)
        let connections = Set(attempts.compactMap(\.connection))
        return Finding(
            .connectionReuse,
            measuring: connections.isEmpty
                ? nil : "\(attempts.count.of("request")) on \(connections.count.of("connection"))",
            [
                JSONMember("requests", .int(attempts.count)),
                JSONMember("connections", .int(connections.count)),
            ])
    }

    static func duplicateBilling(_ calls: [Call], _ prices: PriceTable) -> Finding {
        var doubles = DoubleBilling(prices)
        var finding = Finding(
            .duplicateBilling, over: calls, passed: "no answer was paid for twice"
        ) { doubles.finding(of: $0) }
        finding.measured += doubles.measured
        return finding
    }

    static func categories(_ calls: [Call]) -> Finding {
        Finding(
            .categories, over: calls,
            passed: "what the client called its errors is what they were"
        ) { call in
            guard let failed = call.attempts.last(where: \.hasFailed) else { return .notExercised }
            guard let declared = call.declared,
                declared.category != nil || declared.isRetryable != nil
            else {
                return .unknown("the client has not said what it took the error for", failed)
            }
            if let said = declared.category, said != .unknown, let truth = failed.category,
                said != truth
            {
                return .fail("called \(said.rawValue) what was \(truth.rawValue)", failed)
            }
            if let said = declared.isRetryable, let truth = failed.isRetryable, said != truth {
                return .fail(
                    "called \(failed.what) \(said ? "" : "not ")worth a retry", failed)
            }
            return .pass
        }
    }
}
