package import BrownoutEngine

extension Endpoint {
    /// Anthropic's `POST /v1/messages`.
    package static let messages = Endpoint("messages", .chat)
    /// Anthropic's `POST /v1/messages/count_tokens`.
    package static let countTokens = Endpoint("count-tokens", .count)
}

extension AnthropicDialect {
    /// `req_011` and 21 base62 digits.
    static let requestIDs = RequestIDForm.base62("req_011")

    /// Clients send their key either way, depending on their version (wire facts, 6.1).
    private static let anthropic = ProviderProfile(
        .anthropic, title: "Anthropic", hosts: ["api.anthropic.com"],
        variable: "ANTHROPIC_BASE_URL",
        paths: [
            ServedPath("/messages", .messages),
            ServedPath("/messages/count_tokens", .countTokens), ServedPath("/models", .models),
            ServedPath("/models/", .model),
        ],
        ownParts: ["messages"], marker: "anthropic-version",
        credentials: [.field("x-api-key"), .bearer], streams: .anthropic, answers: .anthropic,
        requestIDField: "request-id", requestIDs: requestIDs,
        sample: ("/messages", "claude-sonnet-4-5"), modelPrefixes: ["claude"],
        otherModels: ("claude-3-haiku-20240307", "claude-3-5-haiku-20241022"),
        filterFinish: .refusal, showsThinking: true, pathsByMember: [("", "/messages")],
        answerMark: ("type", "message"))

    var profile: ProviderProfile { Self.anthropic }
}

extension RequestHeaders {
    var anthropicVersion: String? { fields.last(.anthropicVersion) }
    /// All values of `anthropic-beta`.
    var anthropicBeta: String { list(of: "anthropic-beta") }
}
