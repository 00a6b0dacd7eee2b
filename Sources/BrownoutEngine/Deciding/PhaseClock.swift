/// Where a session is in its scenario's phases.
struct PhaseClock: Equatable, Sendable {
    /// The phase's index; past the last one when all are over.
    private(set) var index = 0
    /// When it began, in the scenario's time.
    private var began = Duration.zero
    /// The session's calls when it began.
    private var callsBefore = 0
    /// How often all phases were gone through.
    private var rounds = 0

    /// Moves on to the phase that holds at `now`, when the session has seen `calls` calls, the
    /// one that arrives now included.
    mutating func advance(
        _ scenario: Scenario, at now: Duration, calls: Int, isNewCall: Bool
    ) {
        let phases = scenario.phases
        while index < phases.count {
            switch phases[index].end {
            case .after(let length) where now - began >= length:
                skipRounds(scenario, at: now)
                guard now - began >= length else { return }
                step(scenario, at: began + length, calls: isNewCall ? calls - 1 : calls)
            case .calls(let count) where calls - callsBefore > count:
                step(scenario, at: now, calls: callsBefore + count)
            default: return
            }
        }
    }

    /// The next phase, whatever ends this one.
    mutating func step(_ scenario: Scenario, at now: Duration, calls: Int) {
        go(to: index + 1, at: now, calls: calls)
        guard index >= scenario.phases.count else { return }
        rounds += 1
        if scenario.phaseRepeat.allows(round: rounds + 1) { go(to: 0, at: now, calls: calls) }
    }

    mutating func go(to index: Int, at now: Duration, calls: Int) {
        self.index = index
        began = now
        callsBefore = calls
    }

    /// Leaves out whole rounds of phases that are all by time, however long nobody asked.
    private mutating func skipRounds(_ scenario: Scenario, at now: Duration) {
        guard index == 0 else { return }
        var round = Duration.zero
        for phase in scenario.phases {
            guard case .after(let length) = phase.end else { return }
            round += length
        }
        var passed = Int((now - began).inNanoseconds / max(round.inNanoseconds, 1))
        if case .times(let count) = scenario.phaseRepeat {
            passed = min(passed, count - 1 - rounds)
        }
        guard passed > 0 else { return }
        began += .nanoseconds(Int64(passed) * round.inNanoseconds)
        rounds += passed
    }

    /// The phase that holds and what it does to the chances of its rules; nil: they are over.
    func standing(_ scenario: Scenario, at now: Duration, calls: Int) -> CallState.InPhase? {
        guard index < scenario.phases.count else { return nil }
        return CallState.InPhase(
            index: index, factor: factor(scenario.phases[index], at: now, calls: calls))
    }

    private func factor(_ phase: Phase, at now: Duration, calls: Int) -> ChanceFactor {
        guard let ramp = phase.ramp else { return .whole }
        switch phase.end {
        case .after(let length):
            return ChanceFactor(
                ramp, passed: (now - began).inNanoseconds, of: length.inNanoseconds)
        case .calls(let count):
            return ChanceFactor(ramp, passed: Int64(calls - callsBefore - 1), of: Int64(count - 1))
        case .advanced, .never: return .whole
        }
    }
}
