package import BrownoutEngine

extension Endpoint {
    /// OpenAI's `POST /v1/chat/completions`.
    package static let chatCompletions = Endpoint("chat-completions", .chat)
    /// OpenAI's `POST /v1/completions`.
    package static let completions = Endpoint("completions", .text)
    /// OpenAI's `POST /v1/embeddings`.
    package static let embeddings = Endpoint("embeddings", .embed)
    /// OpenAI's `POST /v1/moderations`.
    package static let moderations = Endpoint("moderations", .moderate)
}

extension OpenAIDialect {
    /// `req_` and 32 hexadecimal digits.
    static let requestIDs = RequestIDForm.hex("req_")

    private static let openAI = ProviderProfile(
        .openai, title: "OpenAI", hosts: ["api.openai.com"],
        guestHosts: [
            (".openai.azure.com", "Azure's"), (".cognitiveservices.azure.com", "Azure's"),
        ],
        variable: "OPENAI_BASE_URL", basePath: "/v1", versionIsOptional: true,
        paths: [
            ServedPath("/chat/completions", .chatCompletions),
            ServedPath("/completions", .completions), ServedPath("/embeddings", .embeddings),
            ServedPath("/moderations", .moderations), ServedPath("/models", .models),
            ServedPath("/models/", .model),
        ],
        ownParts: ["chat", "completions", "embeddings", "moderations"],
        credentials: [.bearer, .field("x-api-key")], streams: .openAI, answers: .openAI,
        requests: RequestReading(usageSwitch: "stream_options.include_usage"),
        requestIDField: "x-request-id", requestIDs: requestIDs,
        sample: ("/chat/completions", "gpt-4o-mini"),
        otherModels: ("gpt-3.5-turbo-0125", "gpt-4-0613"),
        filterFinish: .verbatim("content_filter"),
        pathsByMember: [
            ("messages", "/chat/completions"), ("prompt", "/completions"),
            ("input", "/embeddings"),
        ])

    var profile: ProviderProfile { Self.openAI }
}
