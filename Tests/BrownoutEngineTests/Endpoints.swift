import BrownoutEngine

/// Endpoints as dialects have them.
extension Endpoint {
    static let chatCompletions = Endpoint("chat-completions", .chat)
    static let messages = Endpoint("messages", .chat)
    static let completions = Endpoint("completions", .text)
    static let embeddings = Endpoint("embeddings", .embed)
    static let moderations = Endpoint("moderations", .moderate)
    static let countTokens = Endpoint("count-tokens", .count)
}
