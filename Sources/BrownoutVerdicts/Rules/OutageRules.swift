import BrownoutEngine
import BrownoutJSON

/// What clients do to a provider that is down, and when it is well again.
struct OutageRules {
    private let calls: [Call]
    private let outages: Outages

    init(_ calls: [Call], of scenario: Scenario? = nil) {
        self.calls = calls
        outages = Outages(calls, of: scenario)
    }

    // MARK: Amplification

    /// What an outage cost.
    struct Cost {
        var outage: Outage
        var attempts: Int
        var calls: Int
        /// More calls there cannot have been: of an unsure one each attempt may be one.
        var mostCalls: Int
    }

    /// The outage that cost the most attempts per call; nil: there was none.
    var worst: Cost? {
        var worst: Cost?
        for outage in outages.all {
            let inOutage = Set(outage.attempts.map(\.call))
            let unsure = outage.attempts.count { !calls[$0.call].isSure }
            let cost = Cost(
                outage: outage, attempts: outage.attempts.count, calls: inOutage.count,
                mostCalls: inOutage.count { calls[$0].isSure } + unsure)
            guard let known = worst else {
                worst = cost
                continue
            }
            if cost.attempts * known.calls > known.attempts * cost.calls { worst = cost }
        }
        return worst
    }

    /// Attempts per call that an outage may cost.
    private static let mostPerCall = 3

    var amplification: Finding {
        guard let worst else { return Finding(.amplification, measuring: nil) }
        let perCall = (Double(worst.attempts) / Double(worst.calls)).toTenths
        var finding = Finding(
            .amplification,
            measuring: "\(worst.attempts.of("attempt")) of \(worst.calls.of("call")) while "
                + "\(worst.outage.name) was down: \(perCall) per call",
            [
                JSONMember("outages", .int(outages.all.count)),
                JSONMember("attempts", .int(worst.attempts)),
                JSONMember("calls", .int(worst.calls)),
            ])
        let most = OutageRules.mostPerCall
        if worst.attempts > most * worst.calls {
            let isSure = worst.attempts > most * worst.mostCalls
            finding.verdict = isSure ? .fail : .unknown
            if !isSure { finding.says += ", and whether these are calls of their own is not sure" }
            let inOutage = Set(worst.outage.attempts.map(\.call)).sorted()
            finding.calls = inOutage.prefix(20).map { calls[$0].id }
            finding.exchanges = worst.outage.attempts.prefix(20).map { outages[$0].exchange }
        }
        return finding
    }

    // MARK: Herds

    private static let leastWaiting = 8

    /// The calls that an outage made wait.
    private struct Herd {
        var outage: Outage
        var waited: [Int] = []
        var first: [Int] = []

        var isOne: Bool { first.count * 2 > waited.count }
        var isLarge: Bool { waited.count >= leastWaiting }
    }

    private func herd(_ outage: Outage, at recovery: Int64) -> Herd {
        let providers = Set(outage.attempts.map { outages[$0].provider })
        var herd = Herd(outage: outage)
        for index in Set(outage.attempts.map(\.call)).sorted() {
            let arrival = calls[index].attempts.lazy.filter { providers.contains($0.provider) }
                .map(\.begin.scenario).first { $0 >= recovery }
            guard let arrival, calls[index].attempts[0].begin.scenario < recovery else { continue }
            herd.waited.append(index)
            if arrival < recovery + Int64.second { herd.first.append(index) }
        }
        return herd
    }

    var herd: Finding {
        let planned = Set(outages.all.filter(\.isPhase).flatMap(\.attempts))
        let herds = outages.all.compactMap { outage -> Herd? in
            // What is seen of a planned outage is less exact than the plan.
            let isSeen = !outage.isPhase && outage.attempts.contains(where: planned.contains)
            guard !isSeen, let recovery = outage.recovery else { return nil }
            return herd(outage, at: recovery)
        }
        let large = herds.filter(\.isLarge)
        let most = herds.max { $0.waited.count < $1.waited.count }
        guard let herd = large.first(where: \.isOne) ?? most else {
            return Finding(.herd, measuring: nil)
        }
        var finding = Finding(
            .herd,
            measuring: "\(herd.first.count) of \(herd.waited.count.of("call")) that waited for "
                + "\(herd.outage.name) came within a second of its recovery",
            [
                JSONMember("waited", .int(herd.waited.count)),
                JSONMember("first_second", .int(herd.first.count)),
            ], calls: herd.first.prefix(20).map { calls[$0] })
        if !herd.isLarge {
            finding.verdict = .unknown
            finding.says =
                "only \(herd.waited.count.of("call")) waited for \(herd.outage.name); eight tell"
        } else if herd.isOne {
            let isSure = herd.first.count { calls[$0].isSure } * 2 > herd.waited.count
            finding.verdict = isSure ? .fail : .unknown
        }
        return finding
    }
}
