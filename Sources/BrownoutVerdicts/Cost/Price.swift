/// What tokens of a model cost, in femtodollars each.
package struct Price: Equatable, Sendable {
    /// Of a prompt, beyond what its provider's cache has to do with.
    package var input: UInt64
    /// Of a prompt, read from the cache.
    package var cachedInput: UInt64
    /// Of a prompt, kept by the cache.
    package var cacheWrite: UInt64
    /// Of an answer, thinking among them.
    package var output: UInt64

    package init(input: UInt64, cachedInput: UInt64, cacheWrite: UInt64, output: UInt64) {
        self.input = input
        self.cachedInput = cachedInput
        self.cacheWrite = cacheWrite
        self.output = output
    }

    /// What an attempt's prompt costs.
    func prompt(of attempt: Attempt) -> Money {
        let all = attempt.promptTokens.counted
        let cached = min(attempt.cachedTokens.counted, all)
        let written = min(attempt.cacheWriteTokens.counted, all - cached)
        return Money(
            femtodollars: UInt128(input) * UInt128(all - cached - written)
                + UInt128(cachedInput) * UInt128(cached) + UInt128(cacheWrite) * UInt128(written))
    }

    /// What an attempt's answer costs, where all of it is billed.
    func completion(of attempt: Attempt) -> Money {
        Money(femtodollars: UInt128(output) * UInt128(attempt.completionTokens.counted))
    }
}

extension Attempt {
    /// Whether its provider bills it: an answer went out, whole or in part. Errors, and what was
    /// left before anything was said, cost nothing.
    var isBilled: Bool {
        switch result {
        case .delivered, .broken: true
        case .left: outputBytes > 0
        case .failed, .empty, .pending: false
        }
    }

    /// The tokens that are billed. Of an answer that broke off no record tells how many had been
    /// said by then, so these are all that were to be.
    var billedTokens: Int { promptTokens.counted + completionTokens.counted }
}

extension Int {
    /// A count of tokens as it goes into sums. What a provider says is not to end us: an absurd
    /// count is the highest that is no absurd one.
    fileprivate var counted: Int { Swift.min(Swift.max(self, 0), 1_000_000_000) }
}
