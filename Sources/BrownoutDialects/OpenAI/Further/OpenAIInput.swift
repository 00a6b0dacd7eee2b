import BrownoutEngine
import BrownoutJSON

/// The inputs that OpenAI's older endpoints take: a text, texts, token numbers, or lists of them.
enum OpenAIInput {
    /// Inputs of a request at most (OpenAI's API reference, embeddings: 2048).
    static let most = 2_048

    /// OpenAI's answer to an input of no form it takes, without more ado.
    static func invalid(_ name: String) -> ProviderError {
        OpenAIField.refusal(
            "'$.\(name)' is invalid. Please check the API reference: "
                + "https://platform.openai.com/docs/api-reference.", nil, nil)
    }

    static func read(
        _ value: JSON?, _ name: String, allowsEmpty: Bool
    ) throws(ProviderError) -> [PromptInput] {
        switch value {
        case .string(let text)?:
            if text.isEmpty, !allowsEmpty { throw invalid(name) }
            return [.text(text)]
        case .array(let items)?:
            guard let first = items.first else { throw invalid(name) }
            if case .number = first { return [try tokens(items, name)] }
            guard items.count <= most else {
                throw OpenAIField.refusal(
                    "Invalid '\(name)': array too long. Expected an array with maximum length "
                        + "\(most), but got an array with length \(items.count) instead.", name,
                    "array_above_max_length")
            }
            var inputs: [PromptInput] = []
            for item in items { inputs.append(try one(item, name, allowsEmpty: allowsEmpty)) }
            return inputs
        default: throw invalid(name)
        }
    }

    private static func one(
        _ item: JSON, _ name: String, allowsEmpty: Bool
    ) throws(ProviderError) -> PromptInput {
        switch item {
        case .string(let text) where allowsEmpty || !text.isEmpty: .text(text)
        case .array(let numbers) where allowsEmpty || !numbers.isEmpty: try tokens(numbers, name)
        default: throw invalid(name)
        }
    }

    private static func tokens(
        _ items: [JSON], _ name: String
    ) throws(ProviderError) -> PromptInput {
        var tokens: [Int] = []
        tokens.reserveCapacity(items.count)
        for item in items {
            guard let token = item.intValue, token >= 0 else { throw invalid(name) }
            tokens.append(token)
        }
        return .tokens(tokens)
    }

    /// The name of a request's model, which has to be there.
    static func model(_ value: JSON?) throws(ProviderError) -> String {
        guard let value, value != "" else {
            throw OpenAIField.refusal("you must provide a model parameter", nil, nil)
        }
        let model = try OpenAIField.string(value, "model")
        guard model.utf8.count <= ChatRequest.longestModel else {
            throw OpenAIErrors.unknownModel(model)
        }
        return model
    }

    /// OpenAI's words where prompt and answer together are too long for a model that is not one
    /// for chats.
    static func tooLong(window: Int, prompt: Int, answer: Int) -> ProviderError {
        OpenAIField.refusal(
            "This model's maximum context length is \(window) tokens, however you requested "
                + "\(prompt + answer) tokens (\(prompt) in your prompt; \(answer) for the "
                + "completion). Please reduce your prompt; or completion length.", nil, nil)
    }
}
