import BrownoutEngine
import BrownoutRecords

/// What the rules of whatever scenario was in force did, by their names.
struct RuleTallies {
    /// What happened to one rule.
    struct Tally {
        var fired = 0
        var injected = 0
        /// Draws that fell elsewhere.
        var missed = 0
        /// The first fault that it decided, and when.
        var fault: (at: Moment, word: String)?
    }

    /// When an exchange began, and which one: the order of rows is of no matter.
    struct Moment: Comparable {
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

    /// Exchanges that are counted, of which the first are named.
    struct Named {
        private static let limit = 20
        private(set) var count = 0
        /// In order of time.
        private(set) var first: [Moment] = []

        mutating func add(_ moment: Moment) {
            count += 1
            if first.count == Named.limit {
                guard let last = first.last, moment < last else { return }
                first.removeLast()
            }
            first.insert(moment, at: first.firstIndex { moment < $0 } ?? first.count)
        }
    }

    private(set) var byRule: [String: Tally] = [:]
    /// All exchanges.
    private(set) var came = Named()
    /// Whether any fault was planned.
    private(set) var isPlanned = false
    /// Exchanges whose whole answer went out without their fault.
    private(set) var whole = Named()
    /// The others that did not meet theirs.
    private(set) var unmet = Named()

    mutating func take(_ record: ExchangeRecord) {
        var fired: [String] = []
        for entry in record.trace {
            switch entry.outcome {
            case .fired, .branch, .step:
                if !fired.contains(entry.rule) { fired.append(entry.rule) }
            case .missed, .noBranch: byRule[entry.rule, default: Tally()].missed += 1
            case .outside, .notEvery, .refused: break
            }
        }
        // A connection that is refused has a record of its own, which names the rule.
        if let rule = record.rule, record.httpProtocol == nil, !fired.contains(rule) {
            fired.append(rule)
        }
        for rule in fired { byRule[rule, default: Tally()].fired += 1 }
        let moment = Moment(record)
        came.add(moment)
        guard !record.faults.isEmpty else { return }
        isPlanned = true
        if let rule = record.rule, fired.contains(rule) {
            if record.injected == true { byRule[rule]?.injected += 1 }
            if byRule[rule]?.fault.map({ moment < $0.at }) ?? true {
                byRule[rule]?.fault = (moment, record.faultWords.first ?? "")
            }
        }
        guard record.injected == false else { return }
        let isAnswered = record.ending == .complete && (record.status ?? 0) < 400
        if isAnswered { whole.add(moment) } else { unmet.add(moment) }
    }
}
