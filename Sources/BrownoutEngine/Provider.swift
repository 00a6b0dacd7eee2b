/// The API a provider speaks.
package enum DialectName: String, CaseIterable, Sendable {
    case openai
    case anthropic
}

/// What a request asks for, across providers.
package enum Endpoint: String, CaseIterable, Sendable {
    /// OpenAI's `POST /v1/chat/completions`.
    case chatCompletions = "chat-completions"
    /// Anthropic's `POST /v1/messages`.
    case messages
    /// OpenAI's `POST /v1/completions`.
    case completions
    /// OpenAI's `POST /v1/embeddings`.
    case embeddings
    /// OpenAI's `POST /v1/moderations`.
    case moderations
    /// Anthropic's `POST /v1/messages/count_tokens`.
    case countTokens = "count-tokens"
    /// `GET /v1/models`.
    case models
    /// `GET /v1/models/{id}`.
    case model
    /// Any path the provider does not know.
    case unknown
}

/// A provider a scenario adds, reached at `/<name>/…`.
package struct VirtualProvider: Equatable, Sendable {
    package var name: String
    package var dialect: DialectName

    package init(name: String, dialect: DialectName) {
        self.name = name
        self.dialect = dialect
    }
}

extension Endpoint {
    /// Whether a model reads what its requests say. Counting tokens uses none.
    package var readsTokens: Bool {
        switch self {
        case .chatCompletions, .messages, .completions, .embeddings, .moderations: true
        case .countTokens, .models, .model, .unknown: false
        }
    }

    /// Whether a model writes its answers.
    package var writesTokens: Bool {
        switch self {
        case .chatCompletions, .messages, .completions: true
        case .embeddings, .moderations, .countTokens, .models, .model, .unknown: false
        }
    }
}
