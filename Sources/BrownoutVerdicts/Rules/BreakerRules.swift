import BrownoutEngine
import BrownoutJSON

/// What clients' circuit breakers do: when they open, what they ask meanwhile, when they close.
struct BreakerRules {
    /// An opening with what is known of when its provider was well again.
    struct Judged {
        var opening: BreakerOpening
        /// It was not well yet, and then it was: on the scenario's clock; nil: nobody knows.
        var wellAfter: Int64?
        var wellBefore: Int64?
        /// How long it was left alone though it was well, and by which of the calls that went
        /// elsewhere first; nil: it was asked.
        var leftAlone: (time: Int64, begin: Int)?
        /// Nobody knows whether it was well, and it was left alone for so long.
        var unknownFor: Int64 = 0
    }

    let openings: [Judged]
    /// By place, the most failures in a row after which it was asked as before.
    let streaks: [(place: String, failures: Int)]
    private let window: Int64

    init(_ calls: [Call], _ windows: CallWindows, of scenario: Scenario?) {
        window = windows.breaker
        let isTried = calls.contains { $0.attempts.contains(where: \.wasFailed) }
        let sessions = Dictionary(
            grouping: isTried ? calls.filter(\.isSure) : [], by: \.session)
        var openings: [Judged] = []
        var streaks: [(String, Int)] = []
        for session in sessions.keys.sorted() {
            guard let calls = sessions[session] else { continue }
            let breaker = Breaker(calls)
            openings += breaker.openings.map { BreakerRules.judged($0, scenario) }
            streaks.append((breaker.place, breaker.longestStreak))
        }
        self.openings = openings
        self.streaks = streaks
    }

    private static func judged(_ opening: BreakerOpening, _ scenario: Scenario?) -> Judged {
        let being = WellBeing(scenario, of: opening.cause)
        var judged = Judged(opening: opening, wellAfter: opening.cause.last?.begin.scenario)
        let probes = opening.probes.map(\.begin.scenario)
        var probe = 0
        var wellSince: (at: Int64, index: Int)?
        var unknownSince: Int64?
        for (index, start) in opening.elsewhere.enumerated() {
            if probe < probes.count, probes[probe] <= start.at {
                // It was asked in between, so that it is left alone anew.
                while probe < probes.count, probes[probe] <= start.at { probe += 1 }
                wellSince = nil
                unknownSince = nil
            }
            switch being.isWell(at: start.call.attempts[0]) {
            case true?:
                judged.wellBefore = judged.wellBefore ?? start.at
                let since = wellSince ?? (start.at, index)
                wellSince = since
                let time = start.at - since.at
                if time > judged.leftAlone?.time ?? 0 { judged.leftAlone = (time, since.index) }
            case false?:
                wellSince = nil
                (judged.wellBefore, judged.wellAfter) = (nil, start.at)
            case nil:
                unknownSince = unknownSince ?? start.at
                judged.unknownFor = max(judged.unknownFor, start.at - (unknownSince ?? start.at))
            }
        }
        let answered = opening.probes.first { $0.result == .delivered }?.begin.scenario
        judged.wellBefore = [judged.wellBefore, answered, opening.closedAt]
            .compactMap(\.self).min()
        return judged
    }

    static func circuitBreaker(
        _ calls: [Call], _ windows: CallWindows, of scenario: Scenario?
    ) -> Finding {
        let rules = BreakerRules(calls, windows, of: scenario)
        return rules.finding
    }

    private var finding: Finding {
        let closed = openings.filter { $0.opening.closedAt != nil }
        var finding = Finding(
            .circuitBreaker, measuring: openings.isEmpty ? nil : says(closed.count),
            [
                JSONMember("opened", .int(openings.count)),
                JSONMember("probes", .int(openings.reduce(0) { $0 + $1.opening.probes.count })),
                JSONMember("closed", .int(closed.count)),
                JSONMember("breakers", .array(openings.prefix(20).map(\.json))),
            ], calls: openings.compactMap(\.opening.elsewhere.first?.call))
        let wedged = openings.first { $0.leftAlone.map { $0.time > window } ?? false }
        if let wedged, let alone = wedged.leftAlone {
            finding.verdict = .fail
            finding.severity = .warning
            finding.says =
                "\(wedged.opening.place) was not asked for \(alone.time.asSeconds) though it was "
                + "well, and calls went elsewhere"
            let calls = wedged.opening.elsewhere[alone.begin...].prefix(20).map(\.call)
            finding.calls = calls.map(\.id)
            finding.exchanges = calls.map { $0.attempts[0].exchange }
        } else if let open = openings.first(where: isUnclear) {
            finding.verdict = .unknown
            finding.says =
                "\(open.opening.place) was left alone, and the run does not tell whether it is "
                + "asked again when it is well"
        }
        return finding
    }

    private func isUnclear(_ judged: Judged) -> Bool {
        judged.opening.closedAt == nil && (judged.leftAlone != nil || judged.unknownFor > window)
    }

    private func says(_ closed: Int) -> String {
        let first = openings[0].opening
        return "\(first.place) was left alone after \(first.cause.count.of("failure")); breakers "
            + "opened \(openings.count.of("time")) and closed \(closed.of("time"))"
    }
}

extension BreakerRules.Judged {
    fileprivate var json: JSON {
        [
            "at": .string(opening.place), "opened_at": .seconds(opening.openedAt),
            "opens_after": .int(opening.cause.count), "probes": .int(opening.probes.count),
            "closed_at": opening.closedAt.map { .seconds($0) } ?? .null,
        ]
    }
}
