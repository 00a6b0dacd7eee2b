import BrownoutJSON

/// What models that reason do not take: sampling is theirs. A default value is let through.
enum OpenAIReasoning {
    /// The models that take no sampling parameters whatever their effort.
    static func fixesSampling(_ model: String) -> Bool {
        if model.begins(with: "o1") || model.begins(with: "o3") || model.begins(with: "o4") {
            return true
        }
        // Later ones take them without effort.
        return model == "gpt-5" || model.begins(with: "gpt-5-") && !model.begins(with: "gpt-5-chat")
    }

    /// Checks a decimal parameter that must be absent, null or its default.
    static func check(
        _ value: JSON?, _ name: String, standard: Int
    ) throws(ProviderError) {
        guard let number = value?.doubleValue, number != Double(standard) else { return }
        throw OpenAIField.refusal(
            "Unsupported value: '\(name)' does not support \(value?.text ?? "") with this model. "
                + "Only the default (\(standard)) value is supported.", name, "unsupported_value")
    }
}
