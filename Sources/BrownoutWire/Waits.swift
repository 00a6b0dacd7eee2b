package import BrownoutEngine

/// The waits of one answer.
package struct Waits: Equatable, Sendable {
    package var beforeHeaders: Duration
    package var firstToken: Duration
    /// Drawn for each token from the second on, when its time comes.
    package var betweenTokens: Latency
    private let dice: Dice
    private let key: RollKey

    package init(
        beforeHeaders: Duration = .zero, firstToken: Duration = .zero,
        betweenTokens: Latency = .none, dice: Dice = Dice(seed: 0),
        key: RollKey = RollKey(session: 0, call: 0, attempt: 1)
    ) {
        self.beforeHeaders = beforeHeaders
        self.firstToken = firstToken
        self.betweenTokens = betweenTokens
        self.dice = dice
        self.key = key
    }

    package static let none = Waits()

    /// The waits a decision drew.
    package init(_ decision: Decision) {
        self.init(
            beforeHeaders: decision.beforeHeaders, firstToken: decision.firstToken,
            betweenTokens: decision.betweenTokens, dice: decision.dice, key: decision.key)
    }

    /// The wait before the token at an index from 1.
    func before(token index: Int) -> Duration {
        if index <= 1 { return firstToken }
        if case .constant(let wait) = betweenTokens { return wait }
        return betweenTokens.duration(
            at: dice.roll(.betweenTokens, rule: 0, key: key, index: index))
    }

    /// How long an answer of so many tokens takes to say.
    func total(tokens: Int) -> Duration {
        guard tokens > 0 else { return .zero }
        if case .constant(let wait) = betweenTokens { return firstToken + wait * (tokens - 1) }
        return (1...tokens).reduce(.zero) { $0 + before(token: $1) }
    }
}
