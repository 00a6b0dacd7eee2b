import BrownoutEngine
import BrownoutJSON
import BrownoutRecords

/// How often clients execute the tool calls that answers ask for.
struct ToolRules {
    /// A tool call that an answer asks for, and the results that came of it.
    private struct Offered {
        var call: Int
        var attempt: Attempt
        var name: String
        var digest: UInt64
        var results: [(digest: UInt64, attempt: Attempt)] = []
    }

    /// What a tool is to do, whatever id the call of it has.
    private struct Work: Hashable {
        var call: Int
        var name: String
        var digest: UInt64
    }

    private let calls: [Call]
    private var offered: [Offered] = []
    /// By session and id, the latest answer that has it.
    private var latest: [String: Int] = [:]
    private var results = 0

    private init(_ calls: [Call]) {
        self.calls = calls
        var inOrder: [(call: Int, attempt: Attempt)] = []
        for (index, call) in calls.enumerated() {
            for attempt in call.attempts
            where !attempt.toolCalls.isEmpty || !attempt.toolResults.isEmpty {
                inOrder.append((index, attempt))
            }
        }
        inOrder.sort {
            ($0.attempt.begin, $0.call, $0.attempt.exchange)
                < ($1.attempt.begin, $1.call, $1.attempt.exchange)
        }
        for (call, attempt) in inOrder { take(attempt, of: call) }
    }

    private mutating func take(_ attempt: Attempt, of call: Int) {
        for result in attempt.toolResults {
            guard let index = latest[attempt.session + "\u{0}" + result.id] else { continue }
            results += 1
            if !offered[index].results.contains(where: { $0.digest == result.digest }) {
                offered[index].results.append((result.digest, attempt))
            }
        }
        for tool in attempt.toolCalls {
            latest[attempt.session + "\u{0}" + tool.id] = offered.count
            offered.append(
                Offered(call: call, attempt: attempt, name: tool.name, digest: tool.digest))
        }
    }

    /// Of one tool call of one delivered answer there is one result; a tool call of an answer that
    /// broke off is not answered beside the same call of its repetition.
    static func toolExecutedOnce(_ calls: [Call]) -> Finding {
        let rules = ToolRules(calls)
        var finding = Finding(
            .toolExecutedOnce,
            measuring: rules.results == 0 ? nil : "every tool call has one result",
            [
                JSONMember("offered", .int(rules.latest.count)),
                JSONMember("results", .int(rules.results)),
            ])
        let twice = rules.differing + rules.repeated
        guard let first = twice.first(where: \.isSure) ?? twice.first else { return finding }
        finding.verdict = first.isSure ? .fail : .unknown
        finding.says =
            first.isSure ? first.says : "whether an answer repeats one that broke off is not sure"
        finding.calls = [calls[first.call].id]
        finding.exchanges = first.attempts.map(\.exchange)
        return finding
    }

    private struct Twice {
        var call: Int
        var attempts: [Attempt]
        var says: String
        var isSure = true
    }

    /// Tool calls of whole answers for which different results were sent.
    private var differing: [Twice] {
        offered.compactMap { tool in
            guard tool.attempt.result == .delivered, tool.results.count > 1 else { return nil }
            return Twice(
                call: tool.call, attempts: [tool.attempt] + tool.results.prefix(2).map(\.attempt),
                says: "different results were sent for one call of \(tool.name)")
        }
    }

    /// Tool calls that were answered though their answer broke off, as was the same in another
    /// answer of the call.
    private var repeated: [Twice] {
        var first: [Work: Int] = [:]
        var twice: [Twice] = []
        for (index, tool) in offered.enumerated() where !tool.results.isEmpty {
            let work = Work(call: tool.call, name: tool.name, digest: tool.digest)
            guard let earlier = first[work].map({ offered[$0] }) else {
                if tool.attempt.result != .delivered { first[work] = index }
                continue
            }
            guard earlier.attempt.exchange != tool.attempt.exchange else { continue }
            twice.append(
                Twice(
                    call: tool.call,
                    attempts: [earlier.attempt, tool.attempt]
                        + (earlier.results + tool.results).map(\.attempt),
                    says: "\(tool.name) was executed for an answer that broke off, and again "
                        + "for its repetition", isSure: calls[tool.call].isSure))
        }
        return twice
    }
}
