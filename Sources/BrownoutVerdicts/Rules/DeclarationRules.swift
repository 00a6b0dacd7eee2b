import BrownoutEngine
import BrownoutJSON
import BrownoutRecords

/// What clients say of their calls, held against what is known of them.
enum DeclarationRules {
    static func truncatedNotAccepted(_ calls: [Call]) -> Finding {
        Finding(
            .truncatedNotAccepted, over: calls,
            passed: "no answer that was not whole was taken for one"
        ) { call in
            guard let partial = call.attempts.last(where: \.isPartial),
                call.outcome != .delivered, call.outcome != .pending
            else { return .notExercised }
            guard let declared = call.declared else {
                return .unknown("the client has not said what it made of a broken answer", partial)
            }
            guard declared.outcome == .succeeded else { return .pass }
            return .fail("declared succeeded, and no answer was whole", partial)
        }
    }

    /// An answer may be read on for so long, in microseconds.
    private static let promptly = Int64.second

    static func cancelPrompt(_ calls: [Call]) -> Finding {
        Finding(
            .cancelPrompt, over: calls,
            passed: "no answer was read on after its call had been declared over"
        ) { call in
            guard let over = call.declarations.first(where: \.isDecisive) else {
                return undeclared(call)
            }
            let going = call.attempts.filter {
                $0.begin.scenario <= over.at
                    && ($0.end.scenario > over.at || $0.result == .pending)
            }
            guard !going.isEmpty else { return .notExercised }
            return .over(
                going.map { attempt in
                    let longer = attempt.end.scenario - over.at
                    if longer > promptly {
                        return .fail(
                            "an answer was read for \(longer.asSeconds) after its call had been "
                                + "declared over", attempt)
                    }
                    return attempt.result == .pending
                        ? .unknown("an answer is still being read", attempt) : .pass
                })
        }
    }

    /// Where nothing is declared, a call may be over when it has an answer.
    private static func undeclared(_ call: Call) -> CallFinding {
        let answered = call.attempts.filter { $0.result == .delivered }.map(\.end.scenario).min()
        guard call.isHedged, let answered,
            let going = call.attempts.first(where: { $0.end.scenario > answered + promptly })
        else { return .notExercised }
        return .unknown(
            "an answer was read on beside another, and the client has not said when its call "
                + "was over", going)
    }

    static func categories(_ calls: [Call]) -> Finding {
        let isSaid = calls.contains { $0.statements.contains(where: \.saysSomething) }
        var finding = Finding(
            .categories, over: calls,
            passed: "what the client called its errors is what they were"
        ) { call in
            // Who names its failures need not name what it has recovered from.
            let isRecovered = call.outcome == .delivered && call.declared?.outcome != .failed
            return categorised(call, isOptional: isSaid && isRecovered)
        }
        guard finding.verdict != .notExercised else { return finding }
        finding.measured += ConfusionMatrix(calls).measured
        return finding
    }

    private static func categorised(_ call: Call, isOptional: Bool) -> CallFinding {
        guard let failed = call.attempts.last(where: \.wasFailed) ?? call.statements.first?.attempt
        else { return .notExercised }
        let findings = call.statements.filter(\.saysSomething).map { statement -> CallFinding in
            var finding = judged(statement)
            finding.isSureAlone = statement.isNamed
            return finding
        }
        if findings.isEmpty {
            if isOptional { return .notExercised }
            return .unknown("the client has not said what it took its errors for", failed)
        }
        return .over(findings)
    }

    private static func judged(_ statement: Statement) -> CallFinding {
        let attempt = statement.attempt
        guard attempt.hasFailed else {
            return .unknown("the client speaks of an error, and the answer was whole", attempt)
        }
        if let said = statement.category, let truth = statement.truth, said != truth {
            return .fail("called \(said.rawValue) what was \(truth.rawValue)", attempt)
        }
        if let said = statement.isRetryable, let truth = attempt.isWorthRetry, said != truth {
            return .fail("called \(attempt.what) \(said ? "" : "not ")worth a retry", attempt)
        }
        let isHeld =
            statement.category != nil && statement.truth != nil
            || statement.isRetryable != nil && attempt.isWorthRetry != nil
        return isHeld ? .pass : .unknown("nobody knows what \(attempt.what) really was", attempt)
    }
}

/// What a client took one failed attempt for.
struct Statement {
    var attempt: Attempt
    /// As it was said, ``ErrorCategory/unknown`` too.
    var said: ErrorCategory?
    var isRetryable: Bool?
    /// The client has named the exchange, so that it does not matter what else its call is.
    var isNamed: Bool

    /// What can be held against the truth: who says "unknown" says nothing.
    var category: ErrorCategory? { said == .unknown ? nil : said }
    /// The truth; nil: there is none that can be called something.
    var truth: ErrorCategory? { attempt.truth == .unknown ? nil : attempt.truth }
    var saysSomething: Bool { category != nil || isRetryable != nil }
}

extension Call {
    /// What was said of its attempts; a later word on one replaces an earlier.
    var statements: [Statement] {
        var statements: [Statement] = []
        for declaration in declarations
        where declaration.category != nil || declaration.isRetryable != nil {
            guard let attempt = attempt(of: declaration) else { continue }
            statements.removeAll {
                $0.attempt.exchange == attempt.exchange && $0.attempt.begin == attempt.begin
            }
            statements.append(
                Statement(
                    attempt: attempt, said: declaration.category,
                    isRetryable: declaration.isRetryable, isNamed: declaration.exchange != nil))
        }
        return statements
    }

    /// The exchange that is named, else the last attempt that had failed.
    private func attempt(of declaration: Declaration) -> Attempt? {
        if let exchange = declaration.exchange {
            let named = attempts.filter { $0.exchange == exchange }
            return named.last { $0.begin.scenario <= declaration.at } ?? named.last
        }
        let failed = attempts.filter(\.hasFailed)
        return failed.last { $0.begin.scenario <= declaration.at } ?? failed.last
    }
}

/// What errors were called, by what they were.
struct ConfusionMatrix {
    private var counts: [ErrorCategory: [ErrorCategory: Int]] = [:]
    /// Declared categories that can be held against a truth, and those of them that are true.
    private(set) var declared = 0
    private(set) var right = 0
    private var retryability = (said: 0, wrong: 0)
    private var delays: [(suggested: Int64, actual: Int64)] = []
    /// The calls of which a category was wrong.
    private(set) var wrong: [Call] = []

    init(_ calls: [Call]) {
        for call in calls {
            for statement in call.statements { take(statement, of: call) }
            for (last, next) in call.pairs where last.isSamePlace(as: next) {
                guard let promise = last.promise, !promise.isGarbled, !promise.isAbsurd else {
                    continue
                }
                delays.append((promise.earliest, last.wait(until: next).scenario))
            }
        }
    }

    private mutating func take(_ statement: Statement, of call: Call) {
        guard statement.attempt.hasFailed else { return }
        if let truth = statement.attempt.truth, let said = statement.said {
            counts[truth, default: [:]][said, default: 0] += 1
        }
        if let truth = statement.truth, let said = statement.category {
            declared += 1
            if said == truth { right += 1 } else { wrong.append(call) }
        }
        if let said = statement.isRetryable, let truth = statement.attempt.isWorthRetry {
            retryability.said += 1
            if said != truth { retryability.wrong += 1 }
        }
    }

    /// The figures: the matrix has a row for each truth, and in it what was declared.
    var measured: [JSONMember] {
        var rows: [JSONMember] = []
        for truth in ErrorCategory.allCases {
            guard let row = counts[truth] else { continue }
            let cells = ErrorCategory.allCases.compactMap { said in
                row[said].map { JSONMember(said.rawValue, .int($0)) }
            }
            rows.append(JSONMember(truth.rawValue, .object(cells)))
        }
        var measured = [
            JSONMember("matrix", .object(rows)), JSONMember("declared", .int(declared)),
            JSONMember("right", .int(right)),
            JSONMember("retryability_declared", .int(retryability.said)),
            JSONMember("retryability_errors", .int(retryability.wrong)),
        ]
        if !delays.isEmpty {
            measured.append(JSONMember("suggested_delay", median(delays.map(\.suggested))))
            measured.append(JSONMember("actual_delay", median(delays.map(\.actual))))
        }
        return measured
    }

    private func median(_ times: [Int64]) -> JSON { .seconds(times.sorted()[times.count / 2]) }
}
