package import BrownoutEngine

/// What an answer cost and which tools it calls. Nil: it does not say, or nobody knows.
package struct AnswerAccount: Equatable, Sendable {
    /// The tokens of the prompt, cached ones among them.
    package var promptTokens: Int?
    /// The tokens of what is said.
    package var completionTokens: Int?
    /// Of the prompt's tokens, those that the provider's cache had.
    package var cachedTokens: Int?
    /// Of the prompt's tokens, those that the cache has kept since.
    package var cacheWriteTokens: Int?
    /// Of the completion's tokens, those of thinking.
    package var thinkingTokens: Int?
    /// The calls of tools that it asks the client for, but for those without an id. Nil where no
    /// model answers, too.
    package var toolCalls: [OfferedCall]?

    /// Nothing is known.
    package init() {}

    /// What a reply costs, and what it calls in the words of a dialect.
    package init(_ reply: Reply, of dialect: DialectName) {
        promptTokens = reply.promptTokens
        completionTokens = reply.completionTokens
        cachedTokens = reply.cache.read
        cacheWriteTokens = reply.cache.allWritten
        thinkingTokens = reply.choices.reduce(0) { $0 + ($1.thinking?.ends.count ?? 0) }
        toolCalls = Dialects.offeredCalls(reply, of: dialect)
    }
}
