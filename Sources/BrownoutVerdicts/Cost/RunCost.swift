/// What the answers of a run cost, and what of that was for nothing.
///
/// An answer is billed where it went out, whole or in part. Useful is the first whole one of each
/// call; all others are wasted: those that broke off or were left, and doubles. How much of an
/// answer that broke off had been made by then no record tells: it is billed whole in all sums but
/// ``leastWasted``, which has its prompt alone.
package struct RunCost: Equatable, Sendable {
    /// The sum for one provider, model, session or key.
    package struct Line: Equatable, Sendable {
        /// What it is the sum of: a provider, a model, a session, a digest; empty: it has no name.
        package var name: String
        /// The provider of a model; nil: it is no model.
        package var provider: String?
        /// All tokens that were billed.
        package var tokens = 0
        /// Of them, those whose price nobody knows.
        package var unpricedTokens = 0
        /// What was paid for answers that the client could use.
        package var useful = Money.zero
        /// What was paid for all others.
        package var wasted = Money.zero

        init(_ name: String, provider: String? = nil) {
            self.name = name
            self.provider = provider
        }
    }

    /// The day of the prices.
    package var date: String
    /// What was paid for answers that the client could use.
    package var useful = Money.zero
    /// What was paid for all others.
    package var wasted = Money.zero
    /// What was wasted in any case: of answers that broke off only the prompt, and no doubles of
    /// calls that may be several.
    package var leastWasted = Money.zero
    /// What may have been wasted: also one of two answers to equal words of which it is not sure
    /// that they are of two calls.
    package var mostWasted = Money.zero
    /// The billed tokens of useful answers, with and without a price.
    package var usefulTokens = 0
    /// The same of wasted ones.
    package var wastedTokens = 0
    /// Models that were billed and have no price, sorted.
    package var unknownModels: [String] = []
    /// The billed tokens of those.
    package var unpricedTokens = 0
    /// Billed answers whose tokens nobody counted. They are in no sum.
    package var uncountedAnswers = 0
    /// Whether all that may have been wasted has a price.
    package var isWasteKnown = true
    /// The first calls of which something was wasted, as places among all of them.
    var wastefulCalls: [Int] = []
    /// By provider, sorted by name.
    package var providers: [Line] = []
    /// By model, sorted by provider and name.
    package var models: [Line] = []
    /// By session, sorted by name.
    package var sessions: [Line] = []
    /// By the digest of the provider's key, sorted; what had no key is first.
    package var keys: [Line] = []

    /// The cost of all calls of a run.
    package init(of calls: [Call], by prices: PriceTable) {
        date = prices.date
        var ledger = CostLedger(prices)
        for index in calls.indices { ledger.book(calls[index], at: index) }
        self = ledger.closed
    }

    /// An empty sum.
    init(date: String) {
        self.date = date
    }

    /// What was wasted, in one sentence's part: `0.002 USD by prices of 2026-02-20`.
    package var wastedText: String {
        var text = wasted.text
        if leastWasted < wasted || wasted < mostWasted {
            text = leastWasted.text + " to " + mostWasted.text
        }
        text += " by prices of \(date)"
        return isWasteKnown ? text : text + ", and answers whose price is not known"
    }
}
