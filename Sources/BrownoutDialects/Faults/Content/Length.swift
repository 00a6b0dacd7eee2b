extension Reply.Choice {
    /// `length`: half of the answer, as if the request had allowed no more tokens.
    mutating func endAtLimit() {
        cut(toTokens: tokens / 2)
        finish = .length
    }
}
