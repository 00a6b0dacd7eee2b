package import BrownoutEngine

/// The waits of one answer.
package struct Waits: Equatable, Sendable {
    /// From the request to the head.
    package var beforeHeaders: Duration
    /// From the head to the first token, without what ``load`` adds.
    package var firstToken: Duration
    /// Drawn for each token from the second on, when its time comes.
    package var betweenTokens: Latency
    /// From the request to the last byte, in place of what the tokens take each.
    package var whole: Duration?
    /// What comes on top of all that before the first token.
    package var load: Duration
    /// Over how many tokens ``whole`` is spread; known with the answer.
    private var spread = 0
    private let dice: Dice
    private let key: RollKey

    package init(
        beforeHeaders: Duration = .zero, firstToken: Duration = .zero,
        betweenTokens: Latency = .none, whole: Duration? = nil, load: Duration = .zero,
        dice: Dice = Dice(seed: 0), key: RollKey = RollKey(session: 0, call: 0, attempt: 1)
    ) {
        self.beforeHeaders = beforeHeaders
        self.firstToken = firstToken
        self.betweenTokens = betweenTokens
        self.whole = whole
        self.load = load
        self.dice = dice
        self.key = key
    }

    /// No waits at all: everything goes out at once.
    package static let none = Waits()

    /// The waits a decision drew.
    package init(_ decision: Decision) {
        self.init(
            beforeHeaders: decision.beforeHeaders, firstToken: decision.firstToken,
            betweenTokens: decision.betweenTokens, whole: decision.whole, load: decision.load,
            dice: decision.dice, key: decision.key)
    }

    /// The waits as this answer has them: what stands before the first token stands before the
    /// head of an answer that has none to wait for, or that comes in one piece.
    func fitted(to answer: Answer) -> Waits {
        var waits = self
        if case .passed = answer.body {
            // Its pieces have waits of their own.
            waits.beforeHeaders += load
            waits.dropTokens()
            return waits
        }
        guard whole != nil || load > .zero else { return self }
        if case .events(let stream) = answer.body {
            waits.spread = (0..<stream.count).reduce(0) { $0 + stream.tokens($1) }
            if waits.spread > 0 { return waits }
        } else if whole == nil {
            // What its own tokens take is added with the head.
            waits.beforeHeaders += load
            waits.load = .zero
            return waits
        }
        waits.beforeHeaders = max(beforeHeaders, whole ?? .zero) + load
        waits.dropTokens()
        return waits
    }

    /// No token is waited for.
    mutating func dropTokens() {
        firstToken = .zero
        betweenTokens = .none
        whole = nil
        load = .zero
    }

    /// The wait before so many tokens that come together, the first of them at an index from 1.
    func before(token index: Int, bringing count: Int) -> Duration {
        let own = whole == nil ? before(token: index) : share(index - 1 + count) - share(index - 1)
        return index == 1 ? own + load : own
    }

    private func before(token index: Int) -> Duration {
        if index <= 1 { return firstToken }
        if case .constant(let wait) = betweenTokens { return wait }
        return betweenTokens.duration(
            at: dice.roll(.betweenTokens, rule: 0, key: key, index: index))
    }

    /// How far behind the head so many tokens end, where they share one time.
    private func share(_ tokens: Int) -> Duration {
        .microseconds(Int64(rest.inMicroseconds) * Int64(tokens) / Int64(max(spread, 1)))
    }

    /// What ``whole`` leaves behind the head.
    private var rest: Duration { max((whole ?? .zero) - beforeHeaders, .zero) }

    /// How long an answer of so many tokens takes to say.
    func total(tokens: Int) -> Duration {
        guard tokens > 0 else { return .zero }
        if whole != nil { return rest + load }
        if case .constant(let wait) = betweenTokens {
            return load + firstToken + wait * (tokens - 1)
        }
        return (1...tokens).reduce(load) { $0 + before(token: $1) }
    }
}
