/// What one step does to a request: any of a scripted reply, a fault and waits. Empty is `ok`.
package struct Effect: Equatable, Sendable {
    /// What goes wrong with the answer; nil: nothing.
    package var fault: Fault?
    /// What a healthy answer says; nil: as another rule or the scenario's own reply says.
    package var reply: ReplyScript?
    /// The waits of the answer; nil: as another rule or the scenario's pace says.
    package var latency: LatencyPlan?

    package init(fault: Fault? = nil, reply: ReplyScript? = nil, latency: LatencyPlan? = nil) {
        self.fault = fault
        self.reply = reply
        self.latency = latency
    }

    /// The effect that changes nothing: the request is answered in good health.
    package static let ok = Effect()
}

/// What a rule does when it fires.
package enum RuleAction: Equatable, Sendable {
    case effect(Effect)
    /// One draw, partitioned; what is left of 1 is "the rule does not fire".
    case oneOf([Branch])
    case sequence(RuleSequence)

    /// Everything it may do.
    package var effects: [Effect] {
        switch self {
        case .effect(let effect): [effect]
        case .oneOf(let branches): branches.map(\.effect)
        case .sequence(let sequence): sequence.steps + (sequence.then.map { [$0] } ?? [])
        }
    }

    /// One of the alternatives of a `one-of`.
    package struct Branch: Equatable, Sendable {
        /// The branch's share of the draws. All branches of a rule together have at most 1.
        package var chance: Chance
        /// What happens when the draw falls into the branch.
        package var effect: Effect

        package init(chance: Chance, effect: Effect) {
            self.chance = chance
            self.effect = effect
        }
    }
}

/// Steps taken one after the other.
package struct RuleSequence: Equatable, Sendable {
    /// What takes the next step; the raw value is what a scenario writes under `by`.
    package enum Order: String, CaseIterable, Sendable {
        /// By the attempt of each call.
        case attempt
        /// By the order in which requests arrive in a session.
        case arrival
    }

    /// Whether the steps are counted by attempts or by arrivals.
    package var order: Order
    /// Never empty.
    package var steps: [Effect]
    /// What follows the last step; nil: the last step again.
    package var then: Effect?

    /// A sequence of at least one step: the loader refuses others, and so does this.
    package init(order: Order, steps: [Effect], then: Effect? = nil) {
        precondition(!steps.isEmpty, "a sequence without steps")
        self.order = order
        self.steps = steps
        self.then = then
    }

    /// The step at a count from 1.
    package func step(_ count: Int) -> Effect {
        if count <= steps.count { return steps[count - 1] }
        return then ?? steps[steps.count - 1]
    }
}

/// A rule: which requests, how often, and what happens to them.
package struct Rule: Equatable, Sendable {
    /// What the journal calls the rule, and what its draws depend on. No other rule of its scenario
    /// has the same name.
    package let name: String
    /// The name as draws know it.
    package let word: UInt64
    /// What its counts are kept under: the name's word, unless it was put on top for a while.
    package internal(set) var counter: UInt64
    /// Which requests the rule is about, as the scenario says it.
    package let when: Matcher
    /// `when`, as requests are held against it.
    let conditions: Conditions
    /// Attempts of a call the rule applies to; empty: all.
    package var attempts: [CountRange]
    /// Of the calls of a session that `when` is about, in the order their first attempts arrive,
    /// those the rule applies to; empty: all.
    package var calls: [CountRange]
    /// Of the requests that reach it, the rule applies to every n-th of a session.
    package var every: Int?
    /// The stretch of the scenario's time in which the rule applies; nil: always.
    package var during: TimeRange?
    /// How often the rule fires, once all its other limits hold. A phase's ramp scales it.
    package var chance: Chance
    /// Adds its effect and lets later rules decide too.
    package var also: Bool
    /// What happens to the request when the rule fires.
    package let action: RuleAction
    /// Whether a run may end in which the rule never fired, and be as good as any.
    package var isOptional = false
    /// The rule is about connections: it is asked when one is accepted, and no request reaches it.
    package let isAtAccept: Bool

    /// A rule. Whether it is about connections follows from its action.
    package init(
        name: String, when: Matcher = Matcher(), attempts: [CountRange] = [],
        calls: [CountRange] = [], every: Int? = nil, during: TimeRange? = nil,
        chance: Chance = .always, also: Bool = false, action: RuleAction
    ) {
        self.name = name
        self.word = SipHash.word(name)
        self.counter = word
        self.when = when
        conditions = when.conditions
        self.attempts = attempts
        self.calls = calls
        self.every = every
        self.during = during
        self.chance = chance
        self.also = also
        self.action = action
        if case .effect(let effect) = action {
            isAtAccept = effect.fault?.isAtAccept ?? false
        } else {
            isAtAccept = false
        }
    }

    /// What the rule's decisions depend on besides the attempt of a call.
    package var determinism: Determinism {
        if during != nil { return .timed }
        if isAtAccept { return .ordered }
        if !calls.isEmpty || every != nil { return .ordered }
        if case .sequence(let sequence) = action, sequence.order == .arrival { return .ordered }
        return countsInFlight ? .ordered : .pure
    }

    /// Whether it goes by a count of requests: such a rule is not about those that are none of
    /// what it counts.
    var countsRequests: Bool {
        if !calls.isEmpty || every != nil { return true }
        if case .sequence(let sequence) = action { return sequence.order == .arrival }
        return false
    }

    /// Whether a latency depends on how many other answers are in progress.
    package var countsInFlight: Bool {
        action.effects.contains { $0.latency?.perRequestInFlight != nil }
    }
}

/// What a rule's decisions depend on.
package enum Determinism: String, CaseIterable, Comparable, Sendable {
    /// Only on seed, session, call and attempt.
    case pure
    /// Also on the order of arrival.
    case ordered
    /// Also on the clock.
    case timed

    private var rank: Int {
        switch self {
        case .pure: 0
        case .ordered: 1
        case .timed: 2
        }
    }

    /// Whether the right one depends on more than the left one.
    package static func < (left: Determinism, right: Determinism) -> Bool {
        left.rank < right.rank
    }
}

/// The stream physics of synthesised answers.
package struct Pace: Equatable, Sendable {
    /// The wait from the head to the first token, drawn once for an answer.
    package var firstToken: Latency
    /// The wait from each token to the next, drawn for each.
    package var betweenTokens: Latency

    package init(firstToken: Latency = .none, betweenTokens: Latency = .none) {
        self.firstToken = firstToken
        self.betweenTokens = betweenTokens
    }
}

/// A pattern of what is to be kept out of what is written.
package struct RedactionRule: Equatable, Sendable {
    /// What stands in the place of what it matches names it.
    package var name: String
    /// A regular expression that was found right.
    package var expression: String

    package init(name: String, expression: String) {
        self.name = name
        self.expression = expression
    }
}

/// What the time is at which an answer says it was made.
package enum CreatedTime: String, CaseIterable, Sendable {
    /// The second of its date.
    case now
    /// Drawn like its id, so that two runs say the same.
    case seeded
}

/// A checked scenario: immutable, shared by every request it decides.
package struct Scenario: Equatable, Sendable {
    /// What the log, the control port and `brownout check` call the scenario.
    package var name: String
    /// What the scenario is for, in its author's words; empty: not said.
    package var description: String
    /// The number that all draws derive from. The same scenario with the same seed decides the
    /// same.
    package var seed: UInt64
    /// Where the answers come from that no rule makes: made up, recorded, or a provider's own.
    package var source: Source
    /// How fast synthesised answers stream where no rule says so.
    package var pace: Pace
    /// What healthy answers say where no rule says more; nil: synthesised whole.
    package var reply: ReplyScript?
    /// The providers that the scenario adds to the built-in ones.
    package var providers: [VirtualProvider]
    /// What else than the usual secrets is kept out of what is written.
    package var redact: [RedactionRule]
    /// Names of models that the providers have besides their own families.
    package var models: [Glob]
    /// Who may connect; nil: everyone.
    package var access: Access?
    /// Which keys are good; nil: every one.
    package var keys: Keys?
    /// What the scenario's time is. `serve --clock` overrides it.
    package var clock: ClockMode
    /// What synthesised answers say of when they were made.
    package var created = CreatedTime.now
    /// The stretches of weather in their order; empty: there are none, and no phase ever holds.
    package var phases: [Phase]
    /// How often a session goes through the phases before none holds any more.
    package var phaseRepeat: PhaseRepeat
    /// Asked before any rule; all that are about a request, together.
    package var limits: [Limit]
    /// Asked after the rules of the phase that holds.
    package var rules: [Rule]
    /// What is expected of the client, and how the run is judged; it changes nothing that is
    /// answered.
    package var expectations: [ExpectationBlock] = []

    package init(
        name: String, description: String = "", seed: UInt64 = 0,
        source: Source = .synthesise, pace: Pace = Pace(),
        reply: ReplyScript? = nil, providers: [VirtualProvider] = [],
        redact: [RedactionRule] = [], models: [Glob] = [], access: Access? = nil,
        keys: Keys? = nil, limits: [Limit] = [], clock: ClockMode = .real, phases: [Phase] = [],
        phaseRepeat: PhaseRepeat = .times(1), rules: [Rule] = []
    ) {
        self.name = name
        self.description = description
        self.seed = seed
        self.source = source
        self.pace = pace
        self.reply = reply
        self.providers = providers
        self.redact = redact
        self.models = models
        self.access = access
        self.keys = keys
        self.clock = clock
        self.phases = phases
        self.phaseRepeat = phaseRepeat
        self.limits = limits
        self.rules = rules
    }

    /// Healthy answers for all providers.
    package static let healthy = Scenario(name: "healthy")
}
