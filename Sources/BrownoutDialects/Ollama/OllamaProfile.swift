package import BrownoutEngine
import BrownoutWire

extension Endpoint {
    /// Ollama's `POST /api/chat`.
    package static let ollamaChat = Endpoint("chat", .chat)
    /// Ollama's `POST /api/generate`.
    package static let generate = Endpoint("generate", .text)
    /// Ollama's `POST /api/embed`.
    package static let embed = Endpoint("embed", .embed)
    /// Ollama's `POST /api/embeddings`, which came before: one text, one vector.
    package static let embedding = Endpoint("embedding", .embed)
    /// Ollama's `GET /api/tags`: the models that it has.
    package static let tags = Endpoint("tags", .models, method: "GET", answersHEAD: true)
    /// Ollama's `GET /api/ps`: the models that are in memory.
    package static let ps = Endpoint("ps", .models, method: "GET")
    /// Ollama's `POST /api/show`.
    package static let show = Endpoint("show", .model)
    /// Ollama's `GET /api/version`.
    package static let version = Endpoint("version", .info, method: "GET", answersHEAD: true)
    /// Ollama's `GET /`, by which clients see that it runs.
    package static let root = Endpoint("root", .info, method: "GET", answersHEAD: true)
}

extension OllamaDialect {
    /// OpenAI's paths stream where they are asked to.
    private static let asked = StreamChoice.member("stream", absent: false)

    /// Ollama asks for no key; ollama.com takes one as OpenAI does. It sends no request ids.
    private static let ollama = ProviderProfile(
        .ollama, title: "Ollama", hosts: ["ollama.com"], variable: "OLLAMA_HOST", version: "",
        paths: [
            ServedPath("/api/chat", .ollamaChat), ServedPath("/api/generate", .generate),
            ServedPath("/api/embed", .embed), ServedPath("/api/embeddings", .embedding),
            ServedPath("/api/tags", .tags), ServedPath("/api/ps", .ps),
            ServedPath("/api/show", .show), ServedPath("/api/version", .version),
            ServedPath(
                "/v1/chat/completions", .chatCompletions, stream: asked, streams: .openAI),
            ServedPath("/v1/completions", .completions, stream: asked, streams: .openAI),
            ServedPath("/v1/embeddings", .embeddings), ServedPath("/v1/models", .models),
            ServedPath("/v1/models/", .model), ServedPath("/", .root),
        ],
        ownParts: ownParts, credentials: [.bearer], streams: .ollama,
        answers: .ollama, requests: .ollama,
        sample: ("/api/chat", "llama3.2"), otherModels: ("llama2", "gemma:2b"),
        filterFinish: .verbatim("content_filter"), showsThinking: true,
        pathsByMember: [
            ("messages", "/api/chat"), ("prompt", "/api/generate"), ("input", "/api/embed"),
        ])

    /// Those that are not served too, as its clients ask for them.
    private static let ownParts = [
        "chat", "generate", "embed", "embeddings", "tags", "ps", "show", "version", "pull", "push",
        "create", "copy", "delete", "blobs",
    ].map { "api/" + $0 }

    var profile: ProviderProfile { Self.ollama }
}
