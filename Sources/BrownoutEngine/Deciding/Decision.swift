/// What an exchange is known by: the same scenario, seed, session, call and attempt give the
/// same id in every run. Provider-native request ids carry it.
package struct ExchangeID: Equatable, Hashable, Sendable {
    /// The id as a number, drawn from the scenario's seed. Ids of every form are made from it.
    package let word: UInt64

    package init(word: UInt64) {
        self.word = word
    }

    /// Sixteen hexadecimal digits.
    package var text: String { word.hex }
}

/// Where a request stands: which call of which session, and which attempt of it.
package struct Arrival: Equatable, Sendable {
    /// 1 + the earlier arrivals of this call.
    package var attempt: Int
    /// The call's place among the calls of its session, from 1; 0: it asks no model for an answer,
    /// and is none of them.
    package var ordinal: Int
    /// How many calls that say the same came before this one.
    package var generation: Int

    package init(attempt: Int, ordinal: Int, generation: Int = 0) {
        self.attempt = attempt
        self.ordinal = ordinal
        self.generation = generation
    }
}

/// One line of the record of how a decision came about.
package struct TraceEntry: Equatable, Sendable {
    /// What became of one rule, or of the request before any rule was asked.
    package enum Outcome: Equatable, Sendable {
        /// The request is not among the attempts, calls or times the rule names.
        case outside(Limit)
        /// Of every n-th request, this was not one: its count.
        case notEvery(count: Int)
        /// The draw did not fall under the rule's chance.
        case missed(draw: UInt64)
        /// The draw fell into no branch of `one-of`.
        case noBranch(draw: UInt64)
        case fired(draw: UInt64?)
        case branch(Int, draw: UInt64)
        case step(Int)
        /// Turned away before any rule was asked, and why.
        case refused(String)
    }

    /// Which of a rule's limits kept it from the request; the raw value is the journal's word for
    /// it.
    package enum Limit: String, Sendable {
        case attempts
        case calls
        case during
        /// The rule counts calls, and the request is none.
        case noCall = "asks-no-model"
    }

    /// The name of the rule, or of what refused the request: `access`, `keys`, a limit's name.
    package var rule: String
    /// Whether the rule fired, and if not, why.
    package var outcome: Outcome

    package init(rule: String, outcome: Outcome) {
        self.rule = rule
        self.outcome = outcome
    }
}

/// Why a request is turned away before any rule is asked.
package struct Refusal: Equatable, Sendable {
    /// What turned it away, where else a rule's name stands: `access`, `keys`, a limit's name.
    package var by: String
    /// For people: what was found and what it was held against.
    package var reason: String
    /// What the client is answered.
    package var fault: Fault

    package init(by: String, reason: String, fault: Fault) {
        self.by = by
        self.reason = reason
        self.fault = fault
    }
}

/// Everything decided about an answer before its first byte. It has so many parts that the exchange,
/// the answer and the journal's row share one.
package final class Decision: Equatable, Sendable {
    /// What the exchange is known by in the journal. The provider's own ids in the answer carry it.
    package let id: ExchangeID
    /// Which call of the session the request is, and which attempt of it.
    package let arrival: Arrival
    /// What the draws for this request are keyed with.
    package let key: RollKey
    /// The rule that decided, or what refused the request before any rule was asked; nil: none.
    package let rule: String?
    /// The phase that held; nil: the scenario has none, or they are over.
    package let phase: String?
    /// The scenario that was in force; nil where a scenario was asked that is not.
    package let snapshot: Snapshot?
    /// What the state of the request's session is kept under: see ``CallState/session``.
    package let session: UInt64
    /// What goes wrong with the answer; nil: nothing, though it may still be slow.
    package let fault: Fault?
    /// What the answer says; nil: synthesised whole.
    package let reply: ReplyScript?
    /// Whether a rule says so, and not only the scenario as a whole.
    package let isScripted: Bool
    /// The wait before the answer's first byte.
    package let beforeHeaders: Duration
    /// The wait from the head to the first token. A plain answer waits for it before its head.
    package let firstToken: Duration
    /// Drawn for each token when its time comes.
    package let betweenTokens: Latency
    /// Whether a rule says so, and not only the scenario's pace.
    package let hasOwnFirstToken: Bool
    /// Whether ``betweenTokens`` is a rule's, and not only the scenario's pace.
    package let hasOwnBetweenTokens: Bool
    /// From the request to the answer's last byte, in place of the waits for its tokens; nil: as
    /// long as they take.
    package let whole: Duration?
    /// What the prompt and the other requests in progress add before the first token.
    package let load: Duration
    /// The draws of the scenario that was in force. What is drawn later, such as each token's wait,
    /// is drawn from them.
    package let dice: Dice
    /// The rules whose `when` matched, in order, and what became of each.
    package let trace: [TraceEntry]
    /// What the request has of the limits it came under; nil: none is about it.
    package let limits: LimitTicket?
    /// What becomes of the conversations that the provider keeps; nil: the request has to do with
    /// none.
    package let thread: ThreadTicket?

    init(_ decider: Decider, pace: Pace, reply scripted: ReplyScript?, _ context: DecisionContext) {
        id = decider.identity
        arrival = decider.arrival
        key = decider.key
        rule = decider.rule
        phase = decider.phase
        snapshot = context.snapshot
        session = context.session
        fault = decider.fault
        reply = decider.reply ?? scripted
        isScripted = decider.reply != nil
        beforeHeaders = min(decider.beforeHeaders, Latency.longest)
        firstToken = decider.firstToken ?? decider.firstToken(at: pace)
        betweenTokens = decider.betweenTokens ?? pace.betweenTokens
        hasOwnFirstToken = decider.firstToken != nil
        hasOwnBetweenTokens = decider.betweenTokens != nil
        whole = decider.whole
        load = min(decider.load, Latency.longest)
        dice = decider.dice
        trace = decider.trace
        limits = context.limits
        thread = nil
    }

    private init(
        _ other: Decision, fault: Fault?, firstToken: Duration, betweenTokens: Latency,
        thread: ThreadTicket?
    ) {
        id = other.id
        arrival = other.arrival
        key = other.key
        rule = other.rule
        phase = other.phase
        snapshot = other.snapshot
        session = other.session
        self.fault = fault
        reply = other.reply
        isScripted = other.isScripted
        beforeHeaders = other.beforeHeaders
        self.firstToken = firstToken
        self.betweenTokens = betweenTokens
        hasOwnFirstToken = other.hasOwnFirstToken
        hasOwnBetweenTokens = other.hasOwnBetweenTokens
        whole = other.whole
        load = other.load
        dice = other.dice
        trace = other.trace
        limits = other.limits
        self.thread = thread
    }

    /// The same decision with another fault, or none.
    package func with(fault: Fault?) -> Decision {
        Decision(
            self, fault: fault, firstToken: firstToken, betweenTokens: betweenTokens,
            thread: thread)
    }

    /// The same decision about a request that has to do with a conversation that is kept.
    package func with(thread: ThreadTicket) -> Decision {
        Decision(
            self, fault: fault, firstToken: firstToken, betweenTokens: betweenTokens,
            thread: thread)
    }

    /// The same decision where the scenario's pace does not count: rules still do, and else
    /// `pace`, if there is one.
    package func paced(by pace: Pace = Pace()) -> Decision {
        if hasOwnFirstToken, hasOwnBetweenTokens { return self }
        let first = pace.firstToken.duration(at: dice.roll(.firstToken, rule: 0, key: key))
        return Decision(
            self, fault: fault, firstToken: hasOwnFirstToken ? firstToken : first,
            betweenTokens: hasOwnBetweenTokens ? betweenTokens : pace.betweenTokens,
            thread: thread)
    }

    /// Whether a rule asks for time that the answer takes, besides what the scenario's pace does.
    package var isDelayed: Bool {
        beforeHeaders > .zero || load > .zero || (whole ?? .zero) > .zero
            || hasOwnFirstToken && firstToken > .zero
            || hasOwnBetweenTokens && betweenTokens != .none
    }

    /// Whether tokens are waited for one by one, or all of them have a time of their own.
    package var waitsForTokens: Bool {
        firstToken > .zero || betweenTokens != .none || whole != nil
    }

    /// The wait before the head, but for what a plain answer waits for its own tokens.
    package func waitBeforeHead(isStream: Bool) -> Duration {
        isStream ? beforeHeaders : max(beforeHeaders, whole ?? .zero) + load
    }
}

extension Decision {
    /// Whether both say the same.
    package static func == (left: Decision, right: Decision) -> Bool {
        left === right
            || left.id == right.id && left.arrival == right.arrival && left.key == right.key
                && left.rule == right.rule && left.phase == right.phase
                && left.snapshot == right.snapshot && left.session == right.session
                && left.fault == right.fault && left.reply == right.reply
                && left.isScripted == right.isScripted && left.hasSameTimes(as: right)
                && left.dice == right.dice && left.trace == right.trace
                && left.limits == right.limits && left.thread == right.thread
    }

    private func hasSameTimes(as other: Decision) -> Bool {
        beforeHeaders == other.beforeHeaders && firstToken == other.firstToken
            && betweenTokens == other.betweenTokens && whole == other.whole && load == other.load
            && hasOwnFirstToken == other.hasOwnFirstToken
            && hasOwnBetweenTokens == other.hasOwnBetweenTokens
    }
}

/// Where a decision belongs, besides the request it is about.
struct DecisionContext {
    var snapshot: Snapshot?
    var session: UInt64 = 0
    var limits: LimitTicket?
}
