/// Whether a request fits its model: OpenAI counts the prompt and the answer that is asked for.
struct OpenAIWindow {
    var model: String
    /// Tokens of the messages, of the functions, and of the answer at most, where it says.
    var messages: Int
    var functions: Int
    var answer: Int?
    /// The parameter that limits the answer.
    var parameter: String

    func check() throws(ProviderError) {
        guard let limits = OpenAIModelFamily.limits(of: model) else { return }
        if let answer, limits.output < limits.window, answer > limits.output {
            throw OpenAIField.refusal(
                "\(parameter) is too large: \(answer). This model supports at most "
                    + "\(limits.output) completion tokens, whereas you provided \(answer).",
                parameter, "invalid_value")
        }
        let prompt = messages + functions
        let total = prompt.addingReportingOverflow(answer ?? 0)
        guard total.overflow || total.partialValue > limits.window else { return }
        let sum = total.overflow ? Int.max : total.partialValue
        throw OpenAIField.refusal(
            "This model's maximum context length is \(limits.window) tokens. However, "
                + explanation(sum), "messages", "context_length_exceeded")
    }

    private func explanation(_ total: Int) -> String {
        switch (functions, answer) {
        case (0, nil):
            "your messages resulted in \(messages) tokens. Please reduce the length of the "
                + "messages."
        case (_, nil):
            "your messages resulted in \(total) tokens (\(messages) in the messages, \(functions) "
                + "in the functions). Please reduce the length of the messages or functions."
        case (0, let answer?):
            "you requested \(total) tokens (\(messages) in the messages, \(answer) in the "
                + "completion). Please reduce the length of the messages or completion."
        case (_, let answer?):
            "you requested \(total) tokens (\(messages) in the messages, \(functions) in the "
                + "functions, and \(answer) in the completion). Please reduce the length of the "
                + "messages, functions, or completion."
        }
    }
}
