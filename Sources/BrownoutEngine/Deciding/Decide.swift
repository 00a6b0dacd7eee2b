/// Counts the requests that reach a rule which depends on the order of arrival.
package protocol ArrivalCounting {
    /// The next count from 1 of one thing a rule counts.
    mutating func next(_ count: RuleCount) -> Int
    /// The place from 1 of the request's call among those that the `when` of a rule is about;
    /// nil: the same as among all calls of its session.
    func place(of rule: UInt64) -> Int?
}

extension ArrivalCounting {
    /// Nil, as of a rule without a count of its own: the place among all calls counts.
    package func place(of rule: UInt64) -> Int? { nil }
}

/// What a rule counts, by its ``Rule/counter``.
package enum RuleCount: Hashable, Sendable {
    /// The requests that reached its `every`.
    case every(rule: UInt64)
    /// The steps its sequence by arrival took.
    case steps(rule: UInt64)
    /// The calls that its `when` is about.
    case calls(rule: UInt64)
}

extension Scenario {
    /// The decision for an attempt of a call: a pure function of scenario, facts and standing,
    /// unless a rule that applies is `ordered` (then of the counts too) or `timed` (then of
    /// `now`, the time since the scenario began). Asked are the rules on top of the scenario,
    /// then those of the phase that holds, then the scenario's own; none of a request that is
    /// refused before. `inFlight` is how many other answers are in progress.
    package func decide(
        _ facts: RequestFacts, _ standing: CallState, at now: Duration, refusal: Refusal? = nil,
        onTop: [Rule] = [], inFlight: Int = 0, counting counter: inout some ArrivalCounting
    ) -> Decision {
        decide(
            facts, standing, at: now, refusal: refusal, onTop: onTop, inFlight: inFlight,
            counting: &counter, DecisionContext())
    }

    func decide(
        _ facts: RequestFacts, _ standing: CallState, at now: Duration, refusal: Refusal?,
        onTop: [Rule], inFlight: Int, counting counter: inout some ArrivalCounting,
        _ context: DecisionContext
    ) -> Decision {
        let key = RollKey(
            session: SipHash.word(facts.session), call: facts.call.word,
            attempt: UInt64(standing.arrival.attempt))
        var decider = Decider(
            facts: facts, arrival: standing.arrival, now: now, inFlight: inFlight,
            dice: Dice(seed: seed), key: key)
        decider.phase = standing.phase.map { phases[$0.index].name }
        if let refusal {
            decider.refuse(refusal)
        } else {
            decider.ask(self, context.snapshot, onTop, standing.phase, &counter)
        }
        return Decision(decider, pace: pace, reply: reply, context)
    }
}

/// Walks the rules and gathers what they add up to.
struct Decider {
    let facts: RequestFacts
    let arrival: Arrival
    let now: Duration
    let inFlight: Int
    let dice: Dice
    let key: RollKey

    /// What the chances of the rules being asked are scaled by.
    var factor = ChanceFactor.whole
    var phase: String?
    var rule: String?
    var fault: Fault?
    var reply: ReplyScript?
    private(set) var beforeHeaders = Duration.zero
    var firstToken: Duration?
    var betweenTokens: Latency?
    var whole: Duration?
    private(set) var load = Duration.zero
    var trace: [TraceEntry] = []

    init(
        facts: RequestFacts, arrival: Arrival, now: Duration, inFlight: Int, dice: Dice,
        key: RollKey
    ) {
        self.facts = facts
        self.arrival = arrival
        self.now = now
        self.inFlight = inFlight
        self.dice = dice
        self.key = key
    }

    mutating func refuse(_ refusal: Refusal) {
        rule = refusal.by
        fault = refusal.fault
        trace.append(TraceEntry(rule: refusal.by, outcome: .refused(refusal.reason)))
    }

    /// Asks the rules on top, then those of the phase that holds, then the scenario's own.
    mutating func ask(
        _ scenario: Scenario, _ snapshot: Snapshot?, _ onTop: [Rule],
        _ inPhase: CallState.InPhase?, _ counter: inout some ArrivalCounting
    ) {
        if ask(onTop, nil, &counter) { return }
        if let inPhase {
            let place = inPhase.index
            factor = inPhase.factor
            if ask(scenario.phases[place].rules, snapshot?.phaseScreens[place], &counter) {
                return
            }
            factor = .whole
        }
        _ = ask(scenario.rules, snapshot?.screen, &counter)
    }

    /// True when one of the rules decided and later ones have no say. The screen is of these rules.
    private mutating func ask(
        _ rules: [Rule], _ screen: RuleScreen?, _ counter: inout some ArrivalCounting
    ) -> Bool {
        if let screen {
            return screen.candidates(facts) { ask(rules, at: $0, &counter) }
        }
        for index in rules.indices where ask(rules, at: index, &counter) { return true }
        return false
    }

    /// By index: a rule that is handed over is copied, matched or not.
    private mutating func ask(
        _ rules: [Rule], at index: Int, _ counter: inout some ArrivalCounting
    ) -> Bool {
        guard rules[index].conditions.match(facts), !rules[index].isAtAccept else { return false }
        return apply(rules[index], &counter)
    }

    private mutating func apply(_ rule: Rule, _ counter: inout some ArrivalCounting) -> Bool {
        if facts.purpose != .call, rule.countsRequests, !rule.conditions.counts(facts) {
            trace.append(TraceEntry(rule: rule.name, outcome: .outside(.noCall)))
            return false
        }
        let roll = RuleRoll(arrival: arrival, now: now, dice: dice, key: key, factor: factor)
        switch rule.trigger(roll, &counter) {
        case .rests(let outcome):
            trace.append(TraceEntry(rule: rule.name, outcome: outcome))
            return false
        case .fires(let draw):
            guard let effect = effect(rule, draw, &counter) else { return false }
            take(effect, rule)
            return !rule.also
        }
    }

    /// What a rule that applies does; nil when no branch of its `one-of` was drawn.
    private mutating func effect(
        _ rule: Rule, _ draw: UInt64?, _ counter: inout some ArrivalCounting
    ) -> Effect? {
        switch rule.action {
        case .effect(let effect):
            trace.append(TraceEntry(rule: rule.name, outcome: .fired(draw: draw)))
            return effect
        case .oneOf(let branches):
            let which = dice.roll(.which, rule: rule.word, key: key)
            var sum = Chance.never
            for (branch, candidate) in branches.enumerated() {
                // The loader holds the sum to 1 and its denominator to 64 bits.
                sum = sum.adding(candidate.chance) ?? .always
                guard sum.admits(which) else { continue }
                trace.append(TraceEntry(rule: rule.name, outcome: .branch(branch, draw: which)))
                return candidate.effect
            }
            trace.append(TraceEntry(rule: rule.name, outcome: .noBranch(draw: which)))
            return nil
        case .sequence(let sequence):
            let count: Int
            switch sequence.order {
            case .attempt: count = arrival.attempt
            case .arrival: count = counter.next(.steps(rule: rule.counter))
            }
            trace.append(TraceEntry(rule: rule.name, outcome: .step(count)))
            return sequence.step(count)
        }
    }

    /// Joins an effect to what earlier rules added: the first reply and the first fault stand,
    /// waits before the headers add up.
    private mutating func take(_ effect: Effect, _ rule: Rule) {
        self.rule = rule.name
        if fault == nil { fault = effect.fault }
        if reply == nil { reply = effect.reply }
        if let latency = effect.latency { take(latency, rule) }
    }

    /// Waits before the headers, for the prompt and for other requests add up. Of those for the
    /// answer's own tokens, the first stand: either one time for all, or what each token takes.
    private mutating func take(_ latency: LatencyPlan, _ rule: Rule) {
        func drawn(_ latency: Latency, _ draw: Draw) -> Duration {
            latency.duration(at: dice.roll(draw, rule: rule.word, key: key))
        }
        if let before = latency.beforeHeaders { beforeHeaders += drawn(before, .latency) }
        if let wait = latency.perInputToken {
            load += drawn(wait, .perInputToken) * facts.inputTokens
        }
        if let wait = latency.perRequestInFlight {
            load += drawn(wait, .perRequestInFlight) * inFlight
        }
        if whole != nil { return }
        if firstToken == nil, betweenTokens == nil, let time = latency.whole {
            whole = drawn(time, .whole)
        }
        if firstToken == nil, let first = latency.firstToken {
            firstToken = drawn(first, .firstToken)
        }
        if betweenTokens == nil { betweenTokens = latency.betweenTokens }
    }

    /// The wait for the first token where no rule says how long it is.
    func firstToken(at pace: Pace) -> Duration {
        pace.firstToken.duration(at: dice.roll(.firstToken, rule: 0, key: key))
    }

    /// What the exchange is known by.
    var identity: ExchangeID {
        ExchangeID(word: dice.roll(.identity, rule: 0, key: key, index: arrival.generation))
    }
}
