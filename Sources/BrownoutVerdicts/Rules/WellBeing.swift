import BrownoutEngine

/// Whether a provider is known to be well at a time: no rule of the scenario could have failed a
/// request then. Where anything else may fail one, nobody knows.
struct WellBeing {
    private let scenario: Scenario?
    private let provider: String
    private let session: String
    /// What was asked there failed by rules that the scenario has.
    private let isKnown: Bool

    init(_ scenario: Scenario?, of failed: FailureStreak) {
        provider = failed.last?.provider ?? ""
        session = failed.last?.session ?? ""
        var usable = scenario
        if let scenario {
            let isOpenToAll = scenario.access == nil && scenario.keys == nil
            if scenario.source != .synthesise || !isOpenToAll || !scenario.limits.isEmpty {
                usable = nil
            }
        }
        self.scenario = usable
        let names = Set(usable?.allRules.map(\.name) ?? [])
        isKnown = failed.count > 0 && failed.rules.allSatisfy { $0.map(names.contains) ?? false }
    }

    /// Whether it is known to be well while an attempt elsewhere, of the same session, begins; nil:
    /// nobody knows.
    func isWell(at attempt: Attempt) -> Bool? {
        guard isKnown, let scenario else { return nil }
        var rules = scenario.rules
        if let phase = attempt.phase {
            guard let known = scenario.phases.first(where: { $0.name == phase }) else { return nil }
            rules += known.rules
        }
        return !rules.contains { mayFail($0, at: attempt.begin.scenario) }
    }

    private func mayFail(_ rule: Rule, at time: Int64) -> Bool {
        guard rule.chance != .never, rule.action.effects.contains(where: { $0.fault != nil }),
            rule.during?.contains(.microseconds(time)) ?? true
        else { return false }
        func fits(_ globs: [Glob], _ text: String) -> Bool {
            globs.isEmpty || globs.contains { $0.matches(text) }
        }
        return rule.isAtAccept
            || fits(rule.when.provider, provider) && fits(rule.when.session, session)
    }
}

extension Scenario {
    /// The rules of the scenario and of its phases.
    var allRules: [Rule] { rules + phases.flatMap(\.rules) }
}
