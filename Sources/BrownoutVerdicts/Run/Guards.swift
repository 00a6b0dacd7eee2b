import BrownoutEngine
import BrownoutJSON
import BrownoutRecords

/// What keeps a drill from proving nothing: rules that fired nowhere, and faults that were not met.
struct Guards {
    static let neverFired = "never-fired"
    static let notInjected = "not-injected"

    private let rules: [(rule: Rule, least: Chance)]
    private let tallies: [RuleTallies.Tally]
    private let all: RuleTallies
    /// Whether all has come that was to come.
    private let isOver: Bool

    init(of scenario: Scenario, in tallies: RuleTallies, isOver: Bool) {
        self.isOver = isOver
        let own = scenario.rules.map { (rule: $0, least: Chance.always) }
        let ofPhases = scenario.phases.flatMap { phase in
            let ends = phase.ramp.map { [$0.from, $0.to] } ?? []
            let least = ends.min { Ratio($0) < Ratio($1) } ?? .always
            return phase.rules.map { (rule: $0, least: least) }
        }
        rules = own + ofPhases
        self.tallies = rules.map { tallies.byRule[$0.rule.name] ?? RuleTallies.Tally() }
        all = tallies
    }

    /// What each rule did, in the scenario's order.
    var firings: [RuleFiring] {
        zip(rules, tallies).map { rule, tally in
            RuleFiring(
                rule: rule.rule.name, fault: tally.fault?.word ?? "", fired: tally.fired,
                injected: tally.injected)
        }
    }

    var findings: [Finding] { [never, injected] }

    /// Firings that a rule with a chance is expected to have before it is odd that it has none.
    private static let expected = 5.0

    private var never: Finding {
        let silent = rules.indices.filter { tallies[$0].fired == 0 && !rules[$0].rule.isOptional }
        let sure = silent.filter { hadToFire($0) }
        var finding = Finding(
            named: Guards.neverFired, .error,
            measuring: rules.isEmpty ? nil : "every rule of the scenario fired",
            [JSONMember("rules", .array(silent.map { .string(rules[$0].rule.name) }))])
        guard let first = sure.first ?? silent.first else { return finding }
        finding.verdict = sure.isEmpty ? .unknown : .fail
        finding.exchanges = all.came.first.map(\.exchange)
        let others = (sure.isEmpty ? silent : sure).count - 1
        finding.says =
            "the rule '\(rules[first].rule.name)' fired nowhere"
            + (others > 0 ? ", and \(others) more did not" : "")
            + (sure.isEmpty ? ": by its chance that may be so" : "")
        if !isOver, all.came.count == 0 {
            finding.verdict = .unknown
            finding.says = "nothing has come yet that a rule could be about"
        }
        return finding
    }

    /// Whether it is no chance that a rule fired nowhere.
    private func hadToFire(_ place: Int) -> Bool {
        let (rule, least) = rules[place]
        var chances = [rule.chance, least]
        if case .oneOf(let branches) = rule.action {
            let sum = branches.reduce(Chance.never as Chance?) { $0?.adding($1.chance) }
            chances.append(sum ?? .always)
        }
        if chances.allSatisfy({ $0 == .always }) { return true }
        let chance = chances.reduce(1) { $0 * $1.approximation }
        return chance * Double(tallies[place].missed) >= Guards.expected
    }

    private var injected: Finding {
        var finding = Finding(
            named: Guards.notInjected, .error,
            measuring: all.isPlanned ? "every fault was met" : nil)
        if all.whole.count > 0 {
            finding.verdict = .fail
            finding.says =
                "\(all.whole.count.of("whole answer")) went out without the fault that was planned"
            finding.exchanges = all.whole.first.map(\.exchange)
        } else if all.unmet.count > 0 {
            finding.verdict = .unknown
            finding.says =
                "\(all.unmet.count.of("exchange")) ended before the fault: the client left, the "
                + "request was refused, or another protocol is spoken"
            finding.exchanges = all.unmet.first.map(\.exchange)
        }
        return finding
    }
}
