import BrownoutEngine
import BrownoutJSON
import BrownoutRecords

/// What keeps a drill from proving nothing: rules that fired nowhere, and faults that were not met.
struct Guards {
    static let neverFired = "never-fired"
    static let notInjected = "not-injected"

    /// What happened to one rule.
    private struct Tally {
        var fired = 0
        var injected = 0
        /// Draws that fell elsewhere.
        var missed = 0
        /// The first fault that it decided, and when.
        var fault: (at: Moment, word: String)?
    }

    /// When an exchange began, and which one: the order of rows is of no matter.
    private struct Moment: Comparable {
        var scenario: Int64
        var wall: Int64
        var exchange: UInt64

        init(_ record: ExchangeRecord) {
            scenario = record.scenarioTime ?? record.startedAt
            wall = record.startedAt
            exchange = record.id
        }

        static func < (one: Moment, other: Moment) -> Bool {
            (one.scenario, one.wall, one.exchange) < (other.scenario, other.wall, other.exchange)
        }
    }

    private let rules: [(rule: Rule, least: Chance)]
    private var tallies: [Tally]
    private var isPlanned = false
    /// Exchanges whose whole answer went out without their fault.
    private var whole: [Moment] = []
    /// The others that did not meet theirs.
    private var unmet: [Moment] = []

    init(of scenario: Scenario, in records: [ExchangeRecord]) {
        let own = scenario.rules.map { (rule: $0, least: Chance.always) }
        let ofPhases = scenario.phases.flatMap { phase in
            let ends = phase.ramp.map { [$0.from, $0.to] } ?? []
            let least = ends.min { Ratio($0) < Ratio($1) } ?? .always
            return phase.rules.map { (rule: $0, least: least) }
        }
        rules = own + ofPhases
        tallies = rules.map { _ in Tally() }
        let places = Dictionary(
            rules.indices.map { (rules[$0].rule.name, $0) }, uniquingKeysWith: { first, _ in first }
        )
        for record in records { take(record, places) }
        whole.sort()
        unmet.sort()
    }

    private mutating func take(_ record: ExchangeRecord, _ places: [String: Int]) {
        var hasFired: Set<Int> = []
        for entry in record.trace {
            guard let place = places[entry.rule] else { continue }
            switch entry.outcome {
            case .fired, .branch, .step: hasFired.insert(place)
            case .missed, .noBranch: tallies[place].missed += 1
            case .outside, .notEvery, .refused: break
            }
        }
        // A connection that is refused has a record of its own, which names the rule.
        let decided = record.rule.flatMap { places[$0] }
        if let decided, record.httpProtocol == nil { hasFired.insert(decided) }
        for place in hasFired { tallies[place].fired += 1 }
        guard !record.faults.isEmpty else { return }
        isPlanned = true
        let moment = Moment(record)
        if let decided, hasFired.contains(decided) {
            if record.injected == true { tallies[decided].injected += 1 }
            if tallies[decided].fault.map({ moment < $0.at }) ?? true {
                tallies[decided].fault = (moment, record.faultWords.first ?? "")
            }
        }
        guard record.injected == false else { return }
        let isAnswered = record.ending == .complete && (record.status ?? 0) < 400
        if isAnswered { whole.append(moment) } else { unmet.append(moment) }
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
        let others = (sure.isEmpty ? silent : sure).count - 1
        finding.says =
            "the rule '\(rules[first].rule.name)' fired nowhere"
            + (others > 0 ? ", and \(others) more did not" : "")
            + (sure.isEmpty ? ": by its chance that may be so" : "")
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
            named: Guards.notInjected, .error, measuring: isPlanned ? "every fault was met" : nil)
        if !whole.isEmpty {
            finding.verdict = .fail
            finding.says =
                "\(whole.count.of("whole answer")) went out without the fault that was planned"
            finding.exchanges = whole.prefix(20).map(\.exchange)
        } else if !unmet.isEmpty {
            finding.verdict = .unknown
            finding.says =
                "\(unmet.count.of("exchange")) ended before the fault: the client left, the "
                + "request was refused, or another protocol is spoken"
            finding.exchanges = unmet.prefix(20).map(\.exchange)
        }
        return finding
    }
}
