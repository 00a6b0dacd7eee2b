import BrownoutEngine

extension Reply.Choice {
    /// `content-filter`: the provider's filter ends the answer after half of the text: OpenAI's
    /// `content_filter`, Anthropic's `refusal`.
    mutating func filter(_ dialect: DialectName) {
        toolCalls = []
        cut(toTokens: tokens / 2)
        finish = Dialects.profile(dialect).filterFinish
    }
}
