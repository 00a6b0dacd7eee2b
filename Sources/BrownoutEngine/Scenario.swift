/// What one step does to a request: any of a scripted reply, a fault and waits. Empty is `ok`.
package struct Effect: Equatable, Sendable {
    package var fault: Fault?
    package var reply: ReplyScript?
    package var latency: LatencyPlan?

    package init(fault: Fault? = nil, reply: ReplyScript? = nil, latency: LatencyPlan? = nil) {
        self.fault = fault
        self.reply = reply
        self.latency = latency
    }

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

    package struct Branch: Equatable, Sendable {
        package var chance: Chance
        package var effect: Effect

        package init(chance: Chance, effect: Effect) {
            self.chance = chance
            self.effect = effect
        }
    }
}

/// Steps taken one after the other.
package struct RuleSequence: Equatable, Sendable {
    package enum Order: String, CaseIterable, Sendable {
        /// By the attempt of each call.
        case attempt
        /// By the order in which requests arrive in a session.
        case arrival
    }

    package var order: Order
    /// Never empty.
    package var steps: [Effect]
    /// What follows the last step; nil: the last step again.
    package var then: Effect?

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
    package let name: String
    /// The name as draws know it.
    package let word: UInt64
    /// What its counts are kept under: the name's word, unless it was put on top for a while.
    package internal(set) var counter: UInt64
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
    package var during: TimeRange?
    package var chance: Chance
    /// Adds its effect and lets later rules decide too.
    package var also: Bool
    package let action: RuleAction
    /// The rule is about connections: it is asked when one is accepted, and no request reaches it.
    package let isAtAccept: Bool

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

    package static func < (left: Determinism, right: Determinism) -> Bool {
        left.rank < right.rank
    }
}

/// The stream physics of synthesised answers.
package struct Pace: Equatable, Sendable {
    package var firstToken: Latency
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
    package var name: String
    package var description: String
    package var seed: UInt64
    package var source: Source
    package var pace: Pace
    package var reply: ReplyScript?
    package var providers: [VirtualProvider]
    /// What else than the usual secrets is kept out of what is written.
    package var redact: [RedactionRule]
    /// Names of models that the providers have besides their own families.
    package var models: [Glob]
    /// Who may connect; nil: everyone.
    package var access: Access?
    /// Which keys are good; nil: every one.
    package var keys: Keys?
    package var clock: ClockMode
    /// What synthesised answers say of when they were made.
    package var created = CreatedTime.now
    package var phases: [Phase]
    package var phaseRepeat: PhaseRepeat
    /// Asked before any rule; all that are about a request, together.
    package var limits: [Limit]
    /// Asked after the rules of the phase that holds.
    package var rules: [Rule]

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
