import BrownoutEngine

/// An attempt's place among calls.
struct AttemptPlace: Hashable {
    var call: Int
    var attempt: Int
}

/// A time in which everything that somebody was asked failed.
struct Outage {
    /// The provider, or the phase of the scenario.
    var name: String
    /// What failed, in the order it came.
    var attempts: [AttemptPlace]
    /// When it was over, on the scenario's clock; nil: nobody saw it.
    var recovery: Int64?
    /// It was planned: a phase of the scenario.
    var isPhase = false
}

/// The outages of a run.
struct Outages {
    private static let leastAttempts = 5
    private static let leastTime = Int64.second

    let calls: [Call]
    private(set) var all: [Outage] = []
    /// Attempts in the order they came.
    private let inOrder: [AttemptPlace]

    init(_ calls: [Call], of scenario: Scenario?) {
        self.calls = calls
        guard calls.contains(where: { $0.attempts.contains(where: \.hasFailed) }) else {
            inOrder = []
            return
        }
        var places: [(at: Instant, place: AttemptPlace)] = []
        for (index, call) in calls.enumerated() {
            for (number, attempt) in call.attempts.enumerated() {
                places.append((attempt.begin, AttemptPlace(call: index, attempt: number)))
            }
        }
        places.sort {
            if $0.at != $1.at { return $0.at < $1.at }
            return ($0.place.call, $0.place.attempt) < ($1.place.call, $1.place.attempt)
        }
        inOrder = places.map(\.place)
        all = ofPhases(scenario) + ofProviders
    }

    subscript(_ place: AttemptPlace) -> Attempt { calls[place.call].attempts[place.attempt] }

    // MARK: Providers

    /// At least a second and five exchanges at a provider that all failed.
    private var ofProviders: [Outage] {
        var runs: [String: [AttemptPlace]] = [:]
        var outages: [Outage] = []
        func close(_ provider: String, at recovery: Attempt?) {
            let run = runs[provider] ?? []
            runs[provider] = []
            guard run.count >= Outages.leastAttempts, let first = run.first, let last = run.last,
                self[last].begin.scenario - self[first].begin.scenario >= Outages.leastTime
            else { return }
            outages.append(
                Outage(name: provider, attempts: run, recovery: recovery?.end.scenario))
        }
        for place in inOrder {
            let attempt = self[place]
            if attempt.result == .delivered {
                close(attempt.provider, at: attempt)
            } else if attempt.wasFailed {
                runs[attempt.provider, default: []].append(place)
            }
        }
        for provider in runs.keys.sorted() { close(provider, at: nil) }
        return outages
    }

    // MARK: Phases

    /// Phases in which every request that their rules are about failed. A session has its phases
    /// for itself; those that are by the clock are over for all at a time.
    private func ofPhases(_ scenario: Scenario?) -> [Outage] {
        guard let scenario, !scenario.phases.isEmpty else { return [] }
        let scopes = scenario.phases.map { phase in
            phase.rules.filter { rule in
                !rule.isAtAccept && rule.action.effects.contains { $0.fault != nil }
            }.map { try? AttemptScope($0.when) }
        }
        let bySession = Dictionary(grouping: inOrder) { self[$0].session }
        var outages: [Outage] = []
        for session in bySession.keys.sorted() {
            outages += stretches(bySession[session] ?? []).compactMap { stretch in
                guard
                    let index = scenario.phases.firstIndex(where: { $0.name == stretch.phase }),
                    !scopes[index].contains(where: { $0 == nil })
                else { return nil }
                let about = stretch.attempts.filter { place in
                    scopes[index].contains { $0?.contains(self[place]) ?? false }
                }
                guard !about.isEmpty, about.allSatisfy({ self[$0].wasFailed }) else { return nil }
                return Outage(
                    name: stretch.phase, attempts: about,
                    recovery: scenario.end(
                        ofPhase: index, after: stretch.lastBegin, before: stretch.nextBegin)
                        ?? stretch.nextBegin, isPhase: true)
            }
        }
        return merged(outages)
    }

    private struct Stretch {
        var phase: String
        var attempts: [AttemptPlace]
        var lastBegin: Int64
        /// When the first attempt in another phase came.
        var nextBegin: Int64?
    }

    /// A session's attempts, parted where the phase changes.
    private func stretches(_ places: [AttemptPlace]) -> [Stretch] {
        var stretches: [Stretch] = []
        var isNew = true
        for place in places {
            let attempt = self[place]
            let begin = attempt.begin.scenario
            if let last = stretches.last, !isNew, last.phase != attempt.phase {
                stretches[stretches.count - 1].nextBegin = begin
                isNew = true
            }
            guard let phase = attempt.phase else { continue }
            if isNew {
                stretches.append(Stretch(phase: phase, attempts: [], lastBegin: begin))
                isNew = false
            }
            stretches[stretches.count - 1].attempts.append(place)
            stretches[stretches.count - 1].lastBegin = begin
        }
        return stretches
    }

    /// One outage of those of several sessions that were over at the same moment.
    private func merged(_ outages: [Outage]) -> [Outage] {
        struct Key: Hashable {
            var name: String
            var recovery: Int64
        }
        var merged: [Outage] = []
        var known: [Key: Int] = [:]
        for outage in outages {
            guard let recovery = outage.recovery else {
                merged.append(outage)
                continue
            }
            let key = Key(name: outage.name, recovery: recovery)
            if let index = known[key] {
                merged[index].attempts += outage.attempts
            } else {
                known[key] = merged.count
                merged.append(outage)
            }
        }
        return merged
    }
}

extension Scenario {
    /// When a phase is over by the clock, in microseconds, if that is between two moments; nil
    /// where something else ends it.
    fileprivate func end(ofPhase index: Int, after begin: Int64, before next: Int64?) -> Int64? {
        var lengths: [Int64] = []
        for phase in phases {
            guard case .after(let length) = phase.end else { break }
            lengths.append(length.inNanoseconds / 1000)
        }
        guard index < lengths.count else { return nil }
        var end = lengths[...index].reduce(0, +)
        let round = lengths.reduce(0, +)
        if end <= begin, lengths.count == phases.count, phaseRepeat != .times(1), round > 0 {
            end += (begin - end) / round * round + round
        }
        return end > begin && end <= next ?? .max ? end : nil
    }
}
