package import BrownoutEngine
package import BrownoutJSON

/// What a rule comes to in a run, and what proves it.
package struct Finding: Sendable {
    /// The rule's name.
    package let rule: String
    /// What it comes to.
    package var verdict: Verdict
    /// What it weighs where it fails.
    package var severity: VerdictRule.Severity
    /// A sentence for whoever has to act on it.
    package var says: String
    /// The figures, by names that stay the same.
    package var measured: [JSONMember] = []
    /// The calls and exchanges that prove it.
    package var calls: [String] = []
    /// See ``calls``.
    package var exchanges: [UInt64] = []
}

/// What one call says about a rule.
struct CallFinding {
    var verdict: Verdict
    /// Of a failure: what happened, in a few words.
    var says = ""
    var exchanges: [UInt64] = []
    /// It is so whatever else belongs to the call.
    var isSureAlone = false
    /// What is unknown is so because the rule has an exception for it, not for lack of evidence.
    var isException = false

    static let notExercised = CallFinding(verdict: .notExercised)
    static let pass = CallFinding(verdict: .pass)

    static func unknown(_ says: String, _ attempts: Attempt...) -> CallFinding {
        CallFinding(verdict: .unknown, says: says, exchanges: attempts.map(\.exchange))
    }

    /// The rule has an exception for it: it says nothing against what passes elsewhere.
    static func excepted(_ says: String, _ attempts: Attempt...) -> CallFinding {
        CallFinding(
            verdict: .unknown, says: says, exchanges: attempts.map(\.exchange), isException: true)
    }

    static func fail(_ says: String, _ attempts: Attempt...) -> CallFinding {
        CallFinding(verdict: .fail, says: says, exchanges: attempts.map(\.exchange))
    }

    /// Which of several speaks for all of them. One failure fails, one lack of evidence leaves it
    /// open, one success passes, and where there are exceptions alone nobody knows.
    var weight: Int {
        switch verdict {
        case .fail: 4
        case .unknown: isException ? 1 : 3
        case .pass: 2
        case .notExercised: 0
        }
    }

    /// What several places of a call come to; the first of the weightiest speaks.
    static func over(_ findings: [CallFinding]) -> CallFinding {
        if findings.count < 2 { return findings.first ?? .notExercised }
        let weight = findings.map(\.weight).max() ?? 0
        let same = findings.filter { $0.weight == weight }
        var finding = same[0]
        finding.exchanges = same.flatMap(\.exchanges)
        finding.isSureAlone = same.contains(where: \.isSureAlone)
        return finding
    }
}

extension Finding {
    /// Exchanges and calls that are named at most: a report is read by people.
    private static let named = 20

    /// A rule about each call by itself. One that is not sure to be one call fails nothing.
    init(
        _ rule: VerdictRule, over calls: [Call], passed: String,
        _ judge: (Call) -> CallFinding
    ) {
        self.rule = rule.rawValue
        severity = rule.severity
        var counts = Verdict.allCases.map { _ in 0 }
        // The weightiest so far, and how many calls weigh as much.
        var heaviest = CallFinding.notExercised
        var same = 0
        for call in calls {
            var finding = judge(call)
            if finding.verdict == .fail, !call.isSure, !finding.isSureAlone {
                finding.verdict = .unknown
                finding.says = "whether these attempts are of one call is not sure"
            }
            counts[finding.verdict.weight] += 1
            if finding.weight > heaviest.weight {
                (heaviest, same) = (finding, 0)
                (self.calls, exchanges) = ([], [])
            }
            guard finding.weight == heaviest.weight else { continue }
            same += 1
            guard finding.verdict == .fail || finding.verdict == .unknown else { continue }
            if self.calls.count < Finding.named { self.calls.append(call.id) }
            let free = Finding.named - exchanges.count
            exchanges += finding.exchanges.prefix(max(0, free))
        }
        verdict = heaviest.verdict
        says =
            switch verdict {
            case .notExercised: "nothing happened that it is about"
            case .pass: passed
            case .fail, .unknown:
                same > 1 ? "\(heaviest.says), and \(same - 1) more" : heaviest.says
            }
        measured = Verdict.allCases.map { JSONMember($0.rawValue, .int(counts[$0.weight])) }
    }

    /// A rule that measures; nil: there was nothing to measure.
    init(
        _ rule: VerdictRule, measuring says: String?, _ measured: [JSONMember] = [],
        calls: [Call] = []
    ) {
        self.init(named: rule.rawValue, rule.severity, measuring: says, measured)
        self.calls = calls.prefix(Finding.named).map(\.id)
    }

    /// The same for a guard, which is no rule of the scorecard.
    init(
        named name: String, _ severity: VerdictRule.Severity, measuring says: String?,
        _ measured: [JSONMember] = []
    ) {
        rule = name
        self.severity = severity
        verdict = says == nil ? .notExercised : .pass
        self.says = says ?? "nothing happened that it is about"
        self.measured = says == nil ? [] : measured
    }
}
