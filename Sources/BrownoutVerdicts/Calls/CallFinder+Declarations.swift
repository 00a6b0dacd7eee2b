import BrownoutEngine
import BrownoutRecords

// What clients say of calls takes its place between the attempts, in order of time: a call is over
// when its client says so, and "the last call" is the last one at that moment.
extension CallFinder {
    /// What happens to calls, in the order in which it is taken at one moment: a header that speaks
    /// of a call before comes with the head of the next request, and what ends at that moment had
    /// not ended when it was said.
    private enum Event {
        case said(OutcomeRecord)
        case begins(Int)
        case ends(Int)

        var rank: Int {
            switch self {
            case .said: 0
            case .begins: 1
            case .ends: 2
            }
        }
    }

    /// Takes every attempt and everything that is said of them.
    mutating func takeAll(_ outcomes: [OutcomeRecord]) {
        let foreign = exchangesOfForeignIDs(outcomes)
        let outcomes = outcomes.map { outcome in
            guard case .request(let id) = outcome.subject, let exchange = foreign[id] else {
                return outcome
            }
            var outcome = outcome
            outcome.subject = .exchange(exchange)
            return outcome
        }
        let named = Set(outcomes.compactMap(\.exchange))
        let countsEnds = outcomes.contains { $0.subject == .latest }
        for event in events(outcomes, countsEnds: countsEnds) {
            switch event {
            case .begins(let index):
                take(index)
                let exchange = attempts[index].exchange
                let call = callOf[index]
                calls[call].inProgress += 1
                if named.contains(exchange) { byExchange[exchange] = call }
            case .ends(let index):
                let call = callOf[index]
                calls[call].inProgress -= 1
                ended[attempts[index].session, default: []].append(call)
            case .said(let outcome):
                if let call = subject(of: outcome) { declare(Declaration(outcome), of: call) }
            }
        }
    }

    /// What is said of a request id that somebody else made is said of its latest exchange.
    private func exchangesOfForeignIDs(_ outcomes: [OutcomeRecord]) -> [String: UInt64] {
        let isAsked = outcomes.contains { outcome in
            if case .request = outcome.subject { true } else { false }
        }
        guard isAsked else { return [:] }
        return Dictionary(
            attempts.compactMap { attempt in attempt.foreignID.map { ($0, attempt.exchange) } },
            uniquingKeysWith: { $1 })
    }

    private func events(_ outcomes: [OutcomeRecord], countsEnds: Bool) -> [Event] {
        var events = outcomes.map { (at: $0.begin, event: Event.said($0), order: $0.order) }
        for (index, attempt) in attempts.enumerated() {
            events.append((attempt.begin, .begins(index), ""))
            guard countsEnds, attempt.result != .pending else { continue }
            events.append((attempt.mayBeOverAt, .ends(index), ""))
        }
        // The order of attempts that begin at one moment is the order they have already.
        let sorted = events.enumerated().sorted {
            let (one, other) = ($0.element, $1.element)
            if one.at != other.at { return one.at < other.at }
            if one.event.rank != other.event.rank { return one.event.rank < other.event.rank }
            return (one.order, $0.offset) < (other.order, $1.offset)
        }
        return sorted.map(\.element.event)
    }

    private mutating func declare(_ declaration: Declaration, of call: Int) {
        if declaration.outcome == .failed {
            calls[call].attemptsWhenFailed =
                calls[call].attemptsWhenFailed ?? calls[call].attempts.count
        } else if declaration.isDecisive,
            calls[call].attemptsWhenFailed == calls[call].attempts.count
        {
            // A word that takes the failure back before anything was tried again.
            calls[call].attemptsWhenFailed = nil
        }
        calls[call].declarations.append(declaration)
    }

    /// The call that somebody speaks of; nil: there is none.
    private mutating func subject(of outcome: OutcomeRecord) -> Int? {
        switch outcome.subject {
        case .call(let name):
            let names = byName[outcome.session] ?? [:]
            return names[.header(name)] ?? names[.idempotency(SipHash.word(name))]
        case .exchange(let id): return byExchange[id]
        case .request: return nil
        case .latest:
            return ended[outcome.session]?.last { calls[$0].inProgress == 0 }
        }
    }
}

extension OutcomeRecord {
    fileprivate var exchange: UInt64? {
        if case .exchange(let id) = subject { id } else { nil }
    }

    /// Tells two apart that were said at one moment, whatever order they are read in.
    fileprivate var order: String {
        let about =
            switch subject {
            case .call(let name): "call " + name
            case .exchange(let id): "exchange " + id.hex
            case .request(let id): "request " + id
            case .latest: "latest"
            }
        return [
            session, about, outcome.rawValue, category?.rawValue ?? "",
            retryable.map(String.init) ?? "", message ?? "",
        ].joined(separator: "\u{0}")
    }
}
