import BrownoutEngine

/// A time for which a client left alone a provider that it used to ask first.
struct BreakerOpening {
    /// Where it went before: a provider, else a model of the only one.
    var place: String
    /// When the first call went elsewhere, on the scenario's clock.
    var openedAt: Int64
    /// The calls that went elsewhere at once.
    var elsewhere: [BreakerStart] = []
    /// Attempts at the place while others went elsewhere.
    var probes: [Attempt] = []
    /// When it was asked as before; nil: it was not.
    var closedAt: Int64?
    /// The failures before it opened.
    var cause: FailureStreak
}

/// Failures in a row, with no answer between them.
struct FailureStreak {
    var count = 0
    /// The rules that decided them; nil: something else did.
    var rules: Set<String?> = []
    var last: Attempt?

    mutating func add(_ attempt: Attempt) {
        count += 1
        rules.insert(attempt.rule)
        last = attempt
    }
}

/// A call that begins somewhere else than the place in question.
struct BreakerStart {
    var call: Call
    var at: Int64 { call.attempts[0].begin.scenario }
}

/// What a session's calls say about its client's breaker. Only where every call begins at one place
/// until that place fails is a call that begins elsewhere a breaker's doing: who shares calls out
/// goes elsewhere without any. Nor is it one where elsewhere is for other work: a call must have
/// fallen back there, or the same be asked there after several failures.
struct Breaker {
    private(set) var openings: [BreakerOpening] = []
    /// The most failures in a row behind which a call began there all the same.
    private(set) var longestStreak = 0
    let place: String

    /// Places of attempts among the calls.
    private enum Event {
        case ends(call: Int, attempt: Int)
        case begins(call: Int, attempt: Int)
        case elsewhere(call: Int)

        var rank: Int {
            switch self {
            case .ends: 0
            case .begins: 1
            case .elsewhere: 2
            }
        }
    }

    private let calls: [Call]
    private var streak = FailureStreak()
    private var starts = 0
    private var isOpen = false
    /// Since it opened, something was delivered.
    private var isAnswered = false
    private var sinceClosing: [Attempt] = []
    /// Where calls went that failed at the place.
    private let alternatives: Set<Elsewhere>
    private let endpoint: String
    /// Failures that make it likely that the same is asked elsewhere because of them.
    private static let several = 3

    private struct Elsewhere: Hashable {
        var provider: String
        var model: String
    }
    /// So many calls that begin there show that it is asked as before.
    private static let asBefore = 3

    /// The breaker of a session, of calls in the order they came; never empty.
    init(_ calls: [Call]) {
        self.calls = calls
        let first = calls[0].attempts[0]
        let isByModel = calls.allSatisfy { $0.attempts[0].provider == first.provider }
        func isThere(_ attempt: Attempt) -> Bool {
            attempt.provider == first.provider && (!isByModel || attempt.model == first.model)
        }
        endpoint = first.endpoint
        alternatives = Set(
            calls.compactMap { call in
                call.pairs.first { isThere($0) && !isThere($1) && $0.fellBack(to: $1) }
            }.map { Elsewhere(provider: $1.provider, model: $1.model) })
        place = isByModel ? "\(first.provider)/\(first.model)" : first.provider
        guard calls.contains(where: { $0.attempts.contains { $0.hasFailed && isThere($0) } }) else {
            return
        }
        var events: [(at: Instant, event: Event)] = []
        for (index, call) in calls.enumerated() {
            for (number, attempt) in call.attempts.enumerated() where isThere(attempt) {
                events.append((attempt.begin, .begins(call: index, attempt: number)))
                guard attempt.result != .pending else { continue }
                events.append((attempt.mayBeOverAt, .ends(call: index, attempt: number)))
            }
            if !isThere(call.attempts[0]) {
                events.append((call.attempts[0].begin, .elsewhere(call: index)))
            }
        }
        let inOrder = events.enumerated().sorted { one, other in
            if one.element.at != other.element.at { return one.element.at < other.element.at }
            return (one.element.event.rank, one.offset) < (other.element.event.rank, other.offset)
        }
        for event in inOrder.map(\.element.event) where !take(event) { return }
    }

    /// False: what follows says nothing any more.
    private mutating func take(_ event: Event) -> Bool {
        switch event {
        case .ends(let call, let number):
            let attempt = calls[call].attempts[number]
            if attempt.wasFailed {
                streak.add(attempt)
            } else if attempt.result == .delivered {
                streak = FailureStreak()
            }
            if isOpen, attempt.result != .left || attempt.wasFailed {
                isAnswered = attempt.result == .delivered
            }
        case .begins(let call, let number):
            begin(calls[call].attempts[number], isFirst: number == 0)
        case .elsewhere(let call):
            return goElsewhere(calls[call])
        }
        return true
    }

    private mutating func begin(_ attempt: Attempt, isFirst: Bool) {
        if isOpen, isFirst, isAnswered {
            isOpen = false
            openings[openings.count - 1].closedAt = attempt.begin.scenario
            sinceClosing = []
        }
        if isOpen {
            openings[openings.count - 1].probes.append(attempt)
        } else {
            if sinceClosing.count < Breaker.asBefore { sinceClosing.append(attempt) }
            guard isFirst else { return }
            starts += 1
            longestStreak = max(longestStreak, streak.count)
        }
    }

    private mutating func goElsewhere(_ call: Call) -> Bool {
        let first = call.attempts[0]
        let isKnown = alternatives.contains(
            Elsewhere(provider: first.provider, model: first.model))
        // It is for other work.
        if !isKnown, first.endpoint != endpoint { return true }
        if !isOpen {
            guard starts > 0 else { return false }
            if !isKnown, streak.count > 0, streak.count < Breaker.several { return true }
            if streak.count == 0 {
                // Only an attempt or two: it was not asked as before yet. Else somebody shares out.
                guard !openings.isEmpty, sinceClosing.count < Breaker.asBefore else { return false }
                openings[openings.count - 1].closedAt = nil
                openings[openings.count - 1].probes += sinceClosing
            } else {
                openings.append(
                    BreakerOpening(
                        place: place, openedAt: first.begin.scenario, cause: streak))
                isAnswered = false
            }
            isOpen = true
        }
        openings[openings.count - 1].elsewhere.append(BreakerStart(call: call))
        return true
    }
}
