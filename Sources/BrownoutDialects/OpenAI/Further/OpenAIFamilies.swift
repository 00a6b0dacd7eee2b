import BrownoutEngine

/// Which of OpenAI's models speak on which of its older endpoints. A scenario's own providers may
/// have models of any name; OpenAI has the ones it has.
enum OpenAIFamilies {
    private enum Family {
        case chat
        case completion
        case embedding
        case moderation
    }

    private static func family(_ model: String) -> Family? {
        guard OpenAIModelFamily.has(model) else { return nil }
        // A fine-tuned model is of its base's family: `ft:davinci-002:org::id`.
        let name = model.hasPrefix("ft:") ? String(model.dropFirst(3)) : model
        func begins(_ names: [String]) -> Bool { names.contains { name.hasPrefix($0) } }
        if begins(["gpt-3.5-turbo-instruct", "davinci-002", "babbage-002"]) { return .completion }
        if begins(["text-embedding-"]) { return .embedding }
        if begins(["omni-moderation-", "text-moderation-"]) { return .moderation }
        return OpenAIModelFamily.chats(name) ? .chat : nil
    }

    /// Throws what OpenAI says to a model that cannot do what is asked, or that it does not have.
    static func check(_ model: String, for endpoint: Endpoint) throws(ProviderError) {
        switch (endpoint, family(model)) {
        case (.embeddings, .embedding?), (.completions, .completion?),
            (.moderations, .moderation?):
            return
        case (.completions, .chat?):
            throw ProviderError(
                status: 404, type: "invalid_request_error",
                message: "This is a chat model and not supported in the v1/completions endpoint. "
                    + "Did you mean to use v1/chat/completions?", param: "model")
        case (.embeddings, .some):
            throw ProviderError(
                status: 403, type: "invalid_request_error",
                message: "You are not allowed to generate embeddings from this model")
        case (.moderations, _):
            throw OpenAIField.value(
                "model", model,
                of: "'omni-moderation-latest', 'omni-moderation-2024-09-26', "
                    + "'text-moderation-latest', and 'text-moderation-stable'")
        default: throw OpenAIErrors.unknownModel(model)
        }
    }
}
