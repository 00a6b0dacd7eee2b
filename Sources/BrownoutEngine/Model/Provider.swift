/// The API a provider speaks.
package enum DialectName: String, CaseIterable, Sendable {
    case openai
    case anthropic
    case mistral
    case ollama

    /// All of them, for people.
    package static let list = allCases.map(\.rawValue).joined(separator: ", ")
}

/// What a request asks for, whoever is asked.
package enum Operation: UInt8, CaseIterable, Sendable {
    /// A model answers a conversation.
    case chat
    /// A model goes on with a text.
    case text
    /// Vectors of texts.
    case embed
    /// A judgement of what texts say.
    case moderate
    /// How many tokens a conversation has.
    case count
    /// The list of models.
    case models
    /// One model.
    case model
    /// Something about the server itself, which no model has a part in.
    case info
    /// Nothing that the provider knows.
    case unknown

    /// Whether a model reads what its requests say. Counting tokens uses none.
    package var readsTokens: Bool {
        switch self {
        case .chat, .text, .embed, .moderate: true
        case .count, .models, .model, .info, .unknown: false
        }
    }

    /// Whether a model writes its answers.
    package var writesTokens: Bool {
        switch self {
        case .chat, .text: true
        case .embed, .moderate, .count, .models, .model, .info, .unknown: false
        }
    }
}

/// Where a provider is asked for an operation, by the name that scenarios, journals and metrics
/// give it. Each dialect names its own.
package struct Endpoint: Hashable, Sendable {
    /// What scenarios, journals and metrics call it: `chat-completions`.
    package let name: String
    /// What a request to it asks for, whatever the dialect calls that.
    package let operation: Operation
    /// The method that its requests have.
    package let method: String
    /// Whether a request for the head alone is answered too.
    package let answersHEAD: Bool

    package init(
        _ name: String, _ operation: Operation, method: String = "POST", answersHEAD: Bool = false
    ) {
        self.name = name
        self.operation = operation
        self.method = method
        self.answersHEAD = answersHEAD
    }

    /// Whether requests may have a method.
    package func takes(_ method: String) -> Bool {
        method == self.method || answersHEAD && method == "HEAD"
    }

    /// Operations first: they tell most endpoints apart, and names the rest.
    package static func == (left: Endpoint, right: Endpoint) -> Bool {
        left.operation == right.operation && left.name == right.name
    }

    /// Only the name goes into the hash: equal endpoints have equal names.
    package func hash(into hasher: inout Hasher) { hasher.combine(name) }

    /// The list of models.
    package static let models = Endpoint("models", .models, method: "GET")
    /// One model.
    package static let model = Endpoint("model", .model, method: "GET")
    /// Any path that the provider does not know.
    package static let unknown = Endpoint("unknown", .unknown, method: "GET")
}

/// A provider a scenario adds, reached at `/<name>/…`.
package struct VirtualProvider: Equatable, Sendable {
    /// The first part of the provider's paths, and what rules call it: of `a-z`, `0-9` and `-`.
    package var name: String
    /// The API that it speaks.
    package var dialect: DialectName

    package init(name: String, dialect: DialectName) {
        self.name = name
        self.dialect = dialect
    }
}
