package import BrownoutEngine

/// What a scenario will do, before anything runs: the rules, what their decisions depend on, and
/// how often each fires.
package struct ScenarioReport: Equatable, Sendable {
    /// One rule.
    package struct RuleReport: Equatable, Sendable {
        package var name: String
        /// The line of the file, from 1.
        package var line: Int
        package var determinism: Determinism
        /// Why the rule is `ordered` or `timed`.
        package var reasons: [String]
        /// Which requests and attempts the rule is about.
        package var appliesTo: String
        package var also: Bool
        /// How often it fires on a request that reaches it.
        package var nominal: Rate
        /// How often it fires on a request it is about, with what earlier rules take taken off.
        package var effective: Rate
        /// Earlier rules that take some of these requests, nobody knows how many; where there are
        /// any, `effective` is the most it can be.
        package var overlaps: [String]
        package var outcomes: [Outcome]
    }

    /// What a rule can do.
    package struct Outcome: Equatable, Sendable {
        /// `attempt 2`, `arrival 1`, `then`; nil where steps have no part in it.
        package var step: String?
        /// The rates of a branch; nil where the rule's own hold.
        package var nominal: Rate?
        package var effective: Rate?
        package var effect: String
    }

    package var file: String
    package var scenario: String
    package var seed: UInt64
    package var rules: [RuleReport]

    package init(_ loaded: LoadedScenario) {
        let scenario = loaded.scenario
        file = loaded.file
        self.scenario = scenario.name
        seed = scenario.seed
        let names = DialectName.allCases.map(\.rawValue) + scenario.providers.map(\.name)
        var earlier: [Footprint] = []
        rules = []
        for (rule, span) in zip(scenario.rules, loaded.ruleSpans) {
            let footprint = Footprint(rule, providers: names)
            rules.append(RuleReport(footprint, line: span.start.line, after: earlier))
            if !rule.also { earlier.append(footprint) }
        }
    }
}

extension ScenarioReport.RuleReport {
    /// `earlier`: the rules before it that decide when they fire.
    fileprivate init(_ footprint: Footprint, line: Int, after earlier: [Footprint]) {
        let rule = footprint.rule
        var reach = Rate.always
        var overlaps: [String] = []
        for other in earlier where other.rule.rate != Rate(.never) {
            switch other.relation(to: footprint) {
            case .disjoint: break
            // Draws of different rules are independent, so what is left multiplies.
            case .covers: reach = reach.times(other.rule.rate.complement)
            case .overlaps: overlaps.append(other.rule.name)
            }
        }
        let share = rule.every.flatMap { Chance(1, outOf: UInt64($0)) } ?? .always
        name = rule.name
        self.line = line
        determinism = rule.determinism
        reasons = rule.determinismReasons
        appliesTo = rule.appliesTo
        also = rule.also
        nominal = rule.rate.times(Rate(share))
        effective = nominal.times(reach)
        self.overlaps = overlaps
        outcomes = rule.outcomes(factor: Rate(rule.chance).times(Rate(share)), reach: reach)
    }
}

extension Rule {
    /// How often the rule fires on a request inside its limits.
    fileprivate var rate: Rate {
        guard case .oneOf(let branches) = action else { return Rate(chance) }
        let sum = branches.reduce(Rate(.never)) { $0.plus(Rate($1.chance)) }
        return sum.times(Rate(chance))
    }

    fileprivate func outcomes(factor: Rate, reach: Rate) -> [ScenarioReport.Outcome] {
        switch action {
        case .effect(let effect): return [.init(effect: effect.written)]
        case .oneOf(let branches):
            return branches.map { branch in
                let nominal = factor.times(Rate(branch.chance))
                return .init(
                    nominal: nominal, effective: nominal.times(reach),
                    effect: branch.effect.written)
            }
        case .sequence(let sequence):
            let last = sequence.then == nil ? sequence.steps.count : nil
            var outcomes = sequence.steps.enumerated().map { index, step in
                let open = index + 1 == last ? "+" : ""
                return ScenarioReport.Outcome(
                    step: "\(sequence.order.rawValue) \(index + 1)\(open)", effect: step.written)
            }
            if let then = sequence.then {
                outcomes.append(.init(step: "then", effect: then.written))
            }
            return outcomes
        }
    }
}
