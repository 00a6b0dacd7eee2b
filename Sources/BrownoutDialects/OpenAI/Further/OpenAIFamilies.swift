import BrownoutEngine

/// Which of OpenAI's models speak on which of its older endpoints. A scenario's own providers may
/// have models of any name; OpenAI has the ones it has.
enum OpenAIFamilies {
    /// Throws what OpenAI says to a model that cannot do what is asked, or that it does not have.
    static func check(_ model: String, for endpoint: Endpoint) throws(ProviderError) {
        let kind = OpenAIModelFamily.has(model) ? OpenAIModelFamily.kind(of: model) : nil
        switch (endpoint, kind) {
        case (.embeddings, .embedding?), (.completions, .completion?),
            (.moderations, .moderation?):
            return
        case (.completions, .chat?):
            throw ProviderError(
                status: 404, type: "invalid_request_error",
                message: "This is a chat model and not supported in the v1/completions endpoint. "
                    + "Did you mean to use v1/chat/completions?", param: "model")
        case (.embeddings, .chat?), (.embeddings, .completion?), (.embeddings, .moderation?):
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
