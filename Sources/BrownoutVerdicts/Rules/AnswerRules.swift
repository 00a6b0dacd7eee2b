import BrownoutEngine
import BrownoutJSON
import BrownoutRecords

/// What a client makes of answers, whole and broken.
enum AnswerRules {
    static func fallback(_ calls: [Call]) -> Finding {
        let moved = calls.filter { $0.fallback != nil }
        let moves: [JSON] = moved.prefix(20).compactMap { call in
            call.fallback.map { last, next in
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
            .over(
                call.attempts.compactMap { attempt in
                    silence(attempt, windows.patience).map { finding in
                        var finding = finding
                        // It does not matter what else its call is.
                        finding.isSureAlone = true
                        return finding
                    }
                })
        }
    }

    /// How a client bears an attempt's silence; nil: there is none.
    private static func silence(_ attempt: Attempt, _ patience: Int64) -> CallFinding? {
        let heard = max(attempt.lastByte ?? 0, attempt.firstByte ?? 0)
        let isSilent = attempt.faults.contains {
            [.hang, .stall, .halfOpen, .noAnswer, .latency].contains($0)
        }
        // Before the first byte, and after the last one until the client left.
        var held = max(attempt.firstByte ?? 0, (attempt.clientLeft ?? heard) - heard)
        if attempt.clientLeft == nil, attempt.ending.map(endsSilence) ?? false {
            // It was held until the server ended it, as planned.
            held = max(held, (attempt.plannedLastByte ?? 0) - heard)
        }
        if held > patience {
            return .fail("held a silent answer for \(held.asSeconds)", attempt)
        }
        guard isSilent else { return nil }
        if attempt.result == .pending {
            return .unknown("a silent answer is still held", attempt)
        }
        if let firstByte = attempt.firstByte, heard - firstByte > patience,
            attempt.faults.contains(.stall)
        {
            return .unknown("how long an answer was silent in its middle is not known", attempt)
        }
        return .pass
    }

    /// Whether the server may end a silence this way.
    private static func endsSilence(_ ending: ExchangeEnding) -> Bool {
        switch ending {
        case .hang, .halfOpen, .fin, .reset, .resetStream: true
        default: false
        }
    }

    static func noRetryAfterOutput(_ calls: [Call]) -> Finding {
        Finding(
            .noRetryAfterOutput, over: calls,
            passed: "no call was tried again of which output had arrived"
        ) { call in
            guard call.attempts.contains(where: \.hadOutput) else { return .notExercised }
            let again = call.pairs.first { last, next in
                last.hadOutput && !last.isInProgress(at: next.begin)
                    && !call.isDeclared(last, before: next)
            }
            guard let (last, next) = again else { return .pass }
            if call.declared != nil {
                return .unknown(
                    "the client has spoken of the whole call, and not of the part that arrived",
                    last, next)
            }
            return .fail("tried again after a part of the answer had arrived", last, next)
        }
    }

    static func keyRotated(_ calls: [Call]) -> Finding {
        let refused = calls.filter { call in
            call.attempts.contains { $0.cause == .invalidAPIKey || $0.cause == .insufficientQuota }
        }
        var keys: Set<UInt64> = []
        for call in refused.isEmpty ? [] : calls {
            for index in call.attempts.indices {
                if let key = call.attempts[index].credential { keys.insert(key) }
            }
        }
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
        var requests = 0
        var connections: Set<Int> = []
        for call in calls {
            requests += call.attempts.count
            for index in call.attempts.indices {
                if let connection = call.attempts[index].connection {
                    connections.insert(connection)
                }
            }
        }
        return Finding(
            .connectionReuse,
            measuring: connections.isEmpty
                ? nil : "\(requests.of("request")) on \(connections.count.of("connection"))",
            [
                JSONMember("requests", .int(requests)),
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
}

extension Attempt {
    /// Whether another one, behind it, went elsewhere because it had failed. One that began while
    /// this one was still silent is a hedge.
    func fellBack(to next: Attempt) -> Bool {
        hasFailed && (provider != next.provider || model != next.model)
            && !isInProgress(at: next.begin)
    }
}

extension Call {
    /// Whether the client has said something of an attempt by the time of the one behind it, or
    /// names it later on. What it says in the end of the whole call may not be about that attempt.
    func isDeclared(_ attempt: Attempt, before next: Attempt) -> Bool {
        declarations.contains {
            $0.exchange == attempt.exchange
                || $0.at >= attempt.begin.scenario && $0.at <= next.begin.scenario
        }
    }

    /// The first attempt that failed and the one elsewhere that followed.
    var fallback: (Attempt, Attempt)? { pairs.first { $0.fellBack(to: $1) } }
}
