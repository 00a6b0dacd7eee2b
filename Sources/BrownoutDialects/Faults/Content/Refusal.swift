extension Reply.Choice {
    /// `refusal`: the model declines, in its own place for that: OpenAI's `refusal`, Anthropic's
    /// `stop_reason`. What the scenario declines with has precedence.
    mutating func refuse() {
        guard !isRefusal else { return }
        self = Reply.Choice(
            text: TokenText("I'm sorry, but I can't help with that request."), finish: .refusal)
    }
}
