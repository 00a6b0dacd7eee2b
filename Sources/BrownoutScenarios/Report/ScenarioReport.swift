package import BrownoutEngine
import BrownoutYAML

/// What a scenario will do, before anything runs: the rules, what their decisions depend on, and
/// how often each fires.
package struct ScenarioReport: Equatable, Sendable {
    /// One rule.
    package struct RuleReport: Equatable, Sendable {
        /// The rule's name in the scenario; that of a temporary rule may be the server's.
        package var name: String
        /// The line of the file, from 1.
        package var line: Int
        /// What the rule's decisions depend on; within a phase, at least what the phase depends on.
        package var determinism: Determinism
        /// Why the rule is `ordered` or `timed`.
        package var reasons: [String]
        /// Which requests and attempts the rule is about.
        package var appliesTo: String
        /// Whether later rules decide too, after the rule has added its effect.
        package var also: Bool
        /// The options that a server needs for the rule's faults: `--tls`.
        package var needs: [String]
        /// How often it fires on a request that reaches it.
        package var nominal: Rate
        /// How often it fires on a request it is about, with what earlier rules take taken off.
        package var effective: Rate
        /// Earlier rules that take some of these requests, nobody knows how many; where there are
        /// any, `effective` is the most it can be.
        package var overlaps: [String]
        /// One for a plain rule, else one for each branch or each step.
        package var outcomes: [Outcome]
    }

    /// What a rule can do.
    package struct Outcome: Equatable, Sendable {
        /// `attempt 2`, `arrival 1`, `then`; nil where steps have no part in it.
        package var step: String?
        /// How often a branch is taken; nil where the rule's own rate holds.
        package var nominal: Rate?
        /// The same with what earlier rules take taken off; nil where the rule's own holds.
        package var effective: Rate?
        /// `ok`, or what happens: `rate-limited, latency 2s`.
        package var effect: String
    }

    /// A phase and its rules.
    package struct PhaseReport: Equatable, Sendable {
        /// The name that the scenario gives the phase.
        package var name: String
        /// `20 calls`, `60s`, `until advanced`, `for ever`.
        package var lasts: String
        /// `100%..0%`; nil: chances are as written.
        package var ramp: String?
        /// What it depends on that the phase holds.
        package var determinism: Determinism
        /// The phase's own rules, in the order they are asked.
        package var rules: [RuleReport]
    }

    /// The file's name, as diagnostics call it: `<stdin>` for standard input.
    package var file: String
    /// The name behind `scenario:`.
    package var scenario: String
    /// The seed that draws are keyed with: the text's own, unless the server was started with
    /// another.
    package var seed: UInt64
    /// What the time of phases, windows and limits is.
    package var clock: ClockMode
    /// Where answers come from: made up, recordings, or upstreams.
    package var source: Source
    /// Recordings that it answers from, where somebody has counted them.
    package var recordings: Int?
    /// Who may connect; nil: everyone.
    package var access: Access?
    /// Which keys are good; nil: every one.
    package var keys: Keys?
    /// The phases in their order; empty where the scenario has none.
    package var phases: [PhaseReport]
    /// How often the scenario goes through its phases.
    package var phaseRepeat: PhaseRepeat
    /// Asked before any rule.
    package var limits: [LimitReport]
    /// The rules that hold in every phase, which are asked behind a phase's own.
    package var rules: [RuleReport]

    /// Works out what each rule depends on and how often it fires. ``recordings`` stays nil.
    package init(_ loaded: LoadedScenario) {
        let scenario = loaded.scenario
        file = loaded.file
        self.scenario = scenario.name
        seed = scenario.seed
        clock = scenario.clock
        source = scenario.source
        access = scenario.access
        keys = scenario.keys
        phaseRepeat = scenario.phaseRepeat
        let names = DialectName.allCases.map(\.rawValue) + scenario.providers.map(\.name)
        limits = zip(scenario.limits, loaded.limitSpans).map {
            LimitReport($0, line: $1.start.line)
        }
        phases = []
        var ofPhases: [Footprint] = []
        var determinism = Determinism.pure
        for (phase, spans) in zip(scenario.phases, loaded.phaseRuleSpans) {
            // A phase depends on its own end and on what ended those before it.
            determinism = max(determinism, phase.determinism)
            let group = ScenarioReport.group(phase.rules, spans, names, during: determinism)
            phases.append(
                PhaseReport(
                    name: phase.name, lasts: phase.end.written, ramp: phase.ramp?.written,
                    determinism: determinism, rules: group.reports))
            ofPhases += group.deciders
        }
        rules =
            ScenarioReport.group(
                scenario.rules, loaded.ruleSpans, names, behind: ofPhases
            ).reports
    }

    /// The reports of rules that are asked one after the other, behind others that may be asked
    /// before them; and the rules among them that can decide.
    private static func group(
        _ rules: [Rule], _ spans: [SourceSpan], _ providers: [String],
        behind others: [Footprint] = [], during determinism: Determinism = .pure
    ) -> (reports: [RuleReport], deciders: [Footprint]) {
        var earlier: [Footprint] = []
        var reports: [RuleReport] = []
        for (rule, span) in zip(rules, spans) {
            let footprint = Footprint(rule, providers: providers)
            var report = RuleReport(
                footprint, line: span.start.line, after: earlier, behind: others)
            report.determinism = max(report.determinism, determinism)
            reports.append(report)
            if !rule.also { earlier.append(footprint) }
        }
        return (reports, earlier)
    }
}

extension ScenarioReport.RuleReport {
    /// A rule by itself, on top of whatever scenario.
    package init(alone rule: Rule) {
        self.init(Footprint(rule, providers: []), line: 1, after: [], behind: [])
    }

    /// `earlier`: the rules before it that decide when they fire; `others`: those that do so
    /// at times.
    fileprivate init(
        _ footprint: Footprint, line: Int, after earlier: [Footprint], behind others: [Footprint]
    ) {
        let rule = footprint.rule
        var reach = Rate.always
        var overlaps = others.filter { $0.relation(to: footprint) != .disjoint }.map(\.rule.name)
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
        needs = ["--tls", "--h2"].filter { option in
            rule.faults.contains { $0.kind.need.option == option }
        }
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
