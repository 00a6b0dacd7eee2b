import BrownoutEngine

/// What is not to be held against a client: the server was late itself, or a signal ended the
/// client before it could do more.
struct Doubts {
    /// Streams went out so late that times prove nothing.
    var isLate = false
    /// A signal ended the command.
    var isCutShort = false

    private static let timed: Set<VerdictRule> = [
        .retryAfterHonoured, .retryAfterBounded, .backoffGrows, .jitter, .herd, .hangAbandoned,
        .cancelPrompt,
    ]
    private static let awaited: Set<VerdictRule> = [.transientRetried, .herd, .circuitBreaker]

    private static let late = "the server was late itself, so that times prove nothing"
    private static let cutShort = "a signal ended the command before it could do more"

    /// A finding with these doubts: what would fail is unknown.
    func weighed(_ finding: Finding) -> Finding {
        guard finding.verdict == .fail else { return finding }
        let rule = VerdictRule(rawValue: finding.rule)
        guard
            let reason = reason(
                isTimed: rule.map(Doubts.timed.contains) ?? false,
                isAwaited: rule.map(Doubts.awaited.contains) ?? (finding.rule == Guards.neverFired))
        else { return finding }
        var finding = finding
        finding.verdict = .unknown
        finding.says += "; \(reason)"
        return finding
    }

    /// The same for what a scenario expects.
    func weighed(_ found: ExpectationJudge.Found, _ want: Expectation.Want)
        -> ExpectationJudge.Found
    {
        guard found.verdict == .fail,
            let reason = reason(isTimed: want.isTimed, isAwaited: want.isAwaited)
        else { return found }
        return .nothing([found.text, reason].compactMap(\.self).joined(separator: "; "))
    }

    private func reason(isTimed: Bool, isAwaited: Bool) -> String? {
        if isLate, isTimed { return Doubts.late }
        return isCutShort && isAwaited ? Doubts.cutShort : nil
    }
}

extension Expectation.Want {
    /// Whether it is about how long something takes.
    fileprivate var isTimed: Bool {
        switch self {
        case .retryAfterHonoured, .backoff, .latency, .firstToken, .breaker(.closesWithin, _): true
        case .fallback(let fallback): fallback.within != nil
        default: false
        }
    }

    /// Whether it is about what is still to come.
    fileprivate var isAwaited: Bool {
        switch self {
        case .retried, .fallback, .breaker: true
        case .calls(.failed, let wanted): ![.atLeast, .more].contains(wanted.relation)
        case .calls(_, let wanted), .attempts(_, let wanted):
            ![.atMost, .less].contains(wanted.relation)
        default: false
        }
    }
}
