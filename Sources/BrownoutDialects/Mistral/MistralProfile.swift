import BrownoutEngine
import BrownoutWire

extension Endpoint {
    /// Mistral's `POST /v1/fim/completions`: what stands between a beginning and an end.
    static let fimCompletions = Endpoint("fim-completions", .text)
}

extension MistralDialect {
    private static let mistral = ProviderProfile(
        .mistral, title: "Mistral", hosts: ["api.mistral.ai", "codestral.mistral.ai"],
        variable: "MISTRAL_BASE_URL", basePath: "/v1",
        paths: [
            ServedPath("/chat/completions", .chatCompletions),
            ServedPath("/fim/completions", .fimCompletions),
            ServedPath("/embeddings", .embeddings), ServedPath("/moderations", .moderations),
            ServedPath("/models", .models), ServedPath("/models/", .model),
        ],
        ownParts: ["fim"], credentials: [.bearer], streams: .mistral,
        answers: .mistral, requests: .mistral,
        requestIDField: "mistral-correlation-id", requestIDs: .uuid,
        sample: ("/chat/completions", "mistral-small-latest"),
        modelPrefixes: [
            "mistral-", "ministral-", "magistral-", "codestral-", "devstral-", "pixtral-",
            "voxtral-", "open-mistral-", "open-mixtral-", "open-codestral-",
        ],
        otherModels: ("mistral-tiny-2312", "open-mistral-7b"),
        filterFinish: .verbatim("error"), showsThinking: true,
        pathsByMember: [
            ("messages", "/chat/completions"), ("prompt", "/fim/completions"),
            ("input", "/embeddings"),
        ])

    var profile: ProviderProfile { Self.mistral }
}
