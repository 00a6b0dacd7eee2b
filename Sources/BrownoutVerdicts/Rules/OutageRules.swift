import BrownoutEngine
import BrownoutJSON

/// What clients do to a provider that is down, and when it is well again.
enum OutageRules {
    /// A time in which everything that a provider was asked failed.
    struct Outage {
        var provider: String
        var attempts: [Attempt]
        /// When the first answer was delivered behind it; nil: none was.
        var recovery: Int64?
    }

    private static let leastAttempts = 5
    private static let leastTime = Int64.second

    /// The outages of each provider: at least a second and five exchanges that all failed.
    static func outages(_ calls: [Call]) -> [Outage] {
        let all = calls.flatMap(\.attempts)
        let byProvider = Dictionary(grouping: all, by: \.provider)
        return byProvider.keys.sorted().flatMap { provider -> [Outage] in
            var outages: [Outage] = []
            var run: [Attempt] = []
            func close(at recovery: Attempt?) {
                defer { run = [] }
                guard run.count >= leastAttempts, let first = run.first, let last = run.last,
                    last.begin.scenario - first.begin.scenario >= leastTime
                else { return }
                outages.append(
                    Outage(
                        provider: provider, attempts: run, recovery: recovery?.end.scenario))
            }
            let inOrder = (byProvider[provider] ?? []).sorted {
                ($0.begin.scenario, $0.exchange) < ($1.begin.scenario, $1.exchange)
            }
            for attempt in inOrder {
                switch attempt.result {
                case .delivered: close(at: attempt)
                case .failed, .empty, .broken, .left: run.append(attempt)
                case .pending: break
                }
            }
            close(at: nil)
            return outages
        }
    }

    /// The outage that cost the most attempts per call; nil: there was none.
    static func worst(
        _ outages: [Outage], _ calls: [Call]
    ) -> (attempts: Int, calls: Int, provider: String)? {
        var worst: (attempts: Int, calls: Int, provider: String)?
        for outage in outages {
            let exchanges = Set(outage.attempts.map(\.exchange))
            let count = calls.count { $0.attempts.contains { exchanges.contains($0.exchange) } }
            let known = worst ?? (0, 1, "")
            if outage.attempts.count * known.calls > known.attempts * count {
                worst = (outage.attempts.count, count, outage.provider)
            }
        }
        return worst
    }

    /// Attempts per call that an outage may cost.
    private static let mostPerCall = 3

    static func amplification(_ calls: [Call]) -> Finding {
        let outages = outages(calls)
        guard let worst = worst(outages, calls) else {
            return Finding(.amplification, measuring: nil)
        }
        var finding = Finding(
            .amplification,
            measuring: "\(worst.attempts) attempts of \(worst.calls) calls while "
                + "\(worst.provider) was down",
            [
                JSONMember("outages", .int(outages.count)),
                JSONMember("attempts", .int(worst.attempts)),
                JSONMember("calls", .int(worst.calls)),
            ])
        if worst.attempts > mostPerCall * worst.calls {
            finding.verdict = .fail
            let outage = outages.first { $0.provider == worst.provider }
            finding.exchanges = Array((outage?.attempts ?? []).prefix(20).map(\.exchange))
        }
        return finding
    }

    private static let leastWaiting = 8

    static func herd(_ calls: [Call]) -> Finding {
        let outages = outages(calls).filter { $0.recovery != nil }
        guard let outage = outages.max(by: { $0.attempts.count < $1.attempts.count }),
            let recovery = outage.recovery
        else { return Finding(.herd, measuring: nil) }
        let waiting = calls.filter { call in
            call.attempts[0].begin.scenario < recovery
                && call.attempts.contains { $0.provider == outage.provider && $0.hasFailed }
                && call.attempts.contains { $0.begin.scenario >= recovery }
        }
        let first = waiting.filter { call in
            call.attempts.contains {
                $0.begin.scenario >= recovery && $0.begin.scenario < recovery + Int64.second
            }
        }
        var finding = Finding(
            .herd,
            measuring: "\(first.count) of \(waiting.count) calls that waited came within a second",
            [
                JSONMember("waited", .int(waiting.count)),
                JSONMember("first_second", .int(first.count)),
            ], calls: first)
        if waiting.count < leastWaiting {
            finding.verdict = .unknown
            finding.says =
                "only \(waiting.count.of("call")) waited for \(outage.provider); eight tell"
        } else if first.count * 2 > waiting.count {
            finding.verdict = .fail
        }
        return finding
    }
}
