import BrownoutEngine

/// Adds up what calls cost, one after the other.
struct CostLedger {
    /// Calls that are named at most.
    private static let named = 20

    private struct Question: Hashable {
        var session: String
        var prompt: UInt64
    }

    private var cost: RunCost
    private var prices: PriceLookup
    private var unknownPlaces: [Bool] = []
    /// For each place of `prices` its provider's line.
    private var providerOfPlace: [Int] = []
    private var providers = Lines()
    private var models: [RunCost.Line] = []
    private var sessions = Lines()
    private var keys = Lines()
    /// The words of calls that are not sure to be calls of their own, and that have an answer.
    private var unsureQuestions: Set<Question> = []

    init(_ table: PriceTable) {
        cost = RunCost(date: table.date)
        prices = PriceLookup(table)
    }

    /// Adds a call, which stands at a place among all calls.
    mutating func book(_ call: Call, at index: Int) {
        let useful = CostLedger.usefulAttempt(of: call)
        var isWasteful = false
        for number in call.attempts.indices where call.attempts[number].isBilled {
            let isUseful = number == useful
            if !isUseful { isWasteful = true }
            book(call.attempts[number], of: call, isUseful: isUseful)
        }
        if isWasteful, cost.wastefulCalls.count < CostLedger.named {
            cost.wastefulCalls.append(index)
        }
    }

    /// The attempt whose answer the client can use: the first that was whole.
    private static func usefulAttempt(of call: Call) -> Int? {
        var first: Int?
        for number in call.attempts.indices where call.attempts[number].result == .delivered {
            let isEarlier = first.map { known in
                call.attempts[number].end.scenario < call.attempts[known].end.scenario
            }
            if isEarlier ?? true { first = number }
        }
        return first
    }

    private mutating func book(_ attempt: Attempt, of call: Call, isUseful: Bool) {
        let isDouble = isUseful && !call.isSure && isAskedAgain(attempt)
        guard attempt.isCounted else {
            cost.uncountedAnswers += 1
            if !isUseful || isDouble { cost.isWasteKnown = false }
            return
        }
        let place = prices.place(of: attempt)
        let lines = lines(of: attempt, at: place)
        let tokens = attempt.billedTokens
        if isUseful { cost.usefulTokens += tokens } else { cost.wastedTokens += tokens }
        guard let price = prices.known[place].price else {
            cost.unpricedTokens += tokens
            unknownPlaces[place] = true
            if !isUseful || isDouble { cost.isWasteKnown = false }
            change(lines) {
                $0.tokens += tokens
                $0.unpricedTokens += tokens
            }
            return
        }
        let prompt = price.prompt(of: attempt)
        let all = prompt + price.completion(of: attempt)
        change(lines) {
            $0.tokens += tokens
            if isUseful { $0.useful += all } else { $0.wasted += all }
        }
        if isUseful {
            cost.useful += all
            if isDouble { cost.mostWasted += all }
            return
        }
        cost.wasted += all
        cost.mostWasted += all
        if attempt.result != .delivered {
            cost.leastWasted += prompt
        } else if call.isSure {
            cost.leastWasted += all
        }
    }

    /// Whether another call that is not sure to be another has an answer to the same words.
    private mutating func isAskedAgain(_ attempt: Attempt) -> Bool {
        guard let prompt = attempt.prompt else { return false }
        return !unsureQuestions.insert(Question(session: attempt.session, prompt: prompt)).inserted
    }

    /// Everything that was booked.
    var closed: RunCost {
        var cost = cost
        let unknown = zip(unknownPlaces, prices.known).filter(\.0).map(\.1.model).sorted()
        for model in unknown where model != cost.unknownModels.last {
            cost.unknownModels.append(model)
        }
        func sorted(_ lines: [RunCost.Line]) -> [RunCost.Line] {
            lines.sorted { ($0.provider ?? "", $0.name) < ($1.provider ?? "", $1.name) }
        }
        cost.providers = sorted(providers.lines)
        cost.models = sorted(models)
        cost.sessions = sorted(sessions.lines)
        cost.keys = sorted(keys.lines)
        return cost
    }

    // MARK: Lines

    /// The lines that an attempt is booked in, by their places.
    private struct Places {
        var provider: Int
        var model: Int
        var session: Int
        var key: Int
    }

    private mutating func lines(of attempt: Attempt, at place: Int) -> Places {
        while models.count <= place {
            let known = prices.known[models.count]
            models.append(RunCost.Line(known.model, provider: known.provider))
            unknownPlaces.append(false)
            providerOfPlace.append(providers.place(of: known.provider))
        }
        return Places(
            provider: providerOfPlace[place], model: place,
            session: sessions.place(of: attempt.session),
            key: keys.place(of: attempt.credential))
    }

    private mutating func change(_ places: Places, _ change: (inout RunCost.Line) -> Void) {
        change(&providers.lines[places.provider])
        change(&models[places.model])
        change(&sessions.lines[places.session])
        change(&keys.lines[places.key])
    }

    /// Lines that are found by their names.
    private struct Lines {
        var lines: [RunCost.Line] = []
        private var named: [String: Int] = [:]
        private var numbered: [UInt64: Int] = [:]
        private var last = 0

        mutating func place(of name: String) -> Int {
            if last < lines.count, lines[last].name == name { return last }
            if let place = named[name] {
                last = place
            } else {
                last = lines.count
                named[name] = last
                lines.append(RunCost.Line(name))
            }
            return last
        }

        /// The same by a digest, which names the line in hexadecimal digits; nil: the empty name.
        mutating func place(of digest: UInt64?) -> Int {
            guard let digest else { return place(of: "") }
            if let place = numbered[digest] { return place }
            let place = place(of: digest.hex)
            numbered[digest] = place
            return place
        }
    }
}
