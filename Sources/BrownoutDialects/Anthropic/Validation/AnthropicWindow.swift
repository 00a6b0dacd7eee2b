/// Whether a request fits its model.
struct AnthropicWindow {
    var model: String
    /// The value of `anthropic-beta`.
    var beta: String

    /// Checks `max_tokens`.
    func check(answer: Int) throws(ProviderError) {
        guard let limits = AnthropicModelFamily(model)?.limits(beta: beta),
            answer > limits.output
        else { return }
        throw AnthropicField.refusal(
            "max_tokens",
            "\(answer) > \(limits.output), which is the maximum allowed number of output tokens "
                + "for \(model)")
    }

    /// Checks the prompt, and with the answer where there is to be one.
    func check(prompt: Int, answer: Int?) throws(ProviderError) {
        guard let limits = AnthropicModelFamily(model)?.limits(beta: beta) else { return }
        if prompt > limits.window {
            throw AnthropicField.refusal(
                "prompt is too long: \(prompt) tokens > \(limits.window) maximum")
        }
        if let answer, prompt + answer > limits.window {
            throw AnthropicField.refusal(
                "input length and `max_tokens` exceed context limit: \(prompt) + \(answer) > "
                    + "\(limits.window), decrease input length or `max_tokens` and try again")
        }
    }
}
