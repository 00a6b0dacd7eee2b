/// Ollama's families of models: which names there are, and what a model can do (the tags of
/// ollama.com's library).
///
/// A name is a family with perhaps more words, then perhaps a tag (`qwen2.5-coder:7b`); before it
/// may stand whose it is (`library/llama3.2`, `hf.co/someone/Llama-3.2-1B-GGUF`).
struct OllamaFamily: Equatable, Sendable {
    /// What a model can do, by the words that `/api/show` has for it.
    struct Abilities: OptionSet, Sendable {
        let rawValue: UInt8
        static let completion = Abilities(rawValue: 1)
        static let tools = Abilities(rawValue: 2)
        static let thinking = Abilities(rawValue: 4)
        static let vision = Abilities(rawValue: 8)
        static let embedding = Abilities(rawValue: 16)
        /// A text goes between two others.
        static let insert = Abilities(rawValue: 32)

        private static let words: [(ability: Abilities, word: String)] = [
            (.embedding, "embedding"), (.completion, "completion"), (.vision, "vision"),
            (.tools, "tools"), (.insert, "insert"), (.thinking, "thinking"),
        ]

        var names: [String] { Self.words.filter { contains($0.ability) }.map(\.word) }
    }

    /// Its first word: `qwen2.5`.
    let name: String
    /// What GGUF files call the architecture.
    let architecture: String
    let abilities: Abilities
    /// Numbers in the vectors that it makes of texts.
    let dimensions: Int

    private init(
        _ name: String, _ architecture: String, _ abilities: Abilities, _ dimensions: Int = 4096
    ) {
        self.name = name
        self.architecture = architecture
        self.abilities = abilities
        self.dimensions = dimensions
    }

    /// Nil for a name of no family.
    init?(_ model: String) {
        guard let base = Self.base(of: model) else { return nil }
        let found = Self.all.filter { base.begins(with: $0.name) }
        guard let family = found.max(by: { $0.name.utf8.count < $1.name.utf8.count }) else {
            return nil
        }
        self = family
    }

    static func has(_ model: String) -> Bool { OllamaFamily(model) != nil }

    /// The name as the registry has it, with whose it is and its tag.
    static func fullName(_ model: String) -> String {
        let parts = model.split(separator: "/").count
        let registry = "registry.ollama.ai/"
        let owner = parts > 2 ? "" : parts > 1 ? registry : registry + "library/"
        return owner + tagged(model)
    }

    /// The name with its tag.
    static func tagged(_ model: String) -> String {
        let last = model.split(separator: "/").last ?? ""
        return last.contains(":") ? model : model + ":latest"
    }

    /// The part of a name that says which model it is; nil where the whole cannot be a name.
    private static func base(of model: String) -> String? {
        guard let last = model.split(separator: "/", omittingEmptySubsequences: false).last else {
            return nil
        }
        let parts = last.split(separator: ":", omittingEmptySubsequences: false)
        let isName = parts.allSatisfy { part in
            !part.isEmpty
                && part.utf8.allSatisfy { byte in
                    byte &- UInt8(ascii: "0") < 10 || (byte | 0x20) &- UInt8(ascii: "a") < 26
                        || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
                        || byte == UInt8(ascii: "_")
                }
        }
        return isName && parts.count <= 2 ? parts[0].lowercased() : nil
    }

    private static let fills: Abilities = [.completion, .insert]
    private static let talks: Abilities = [.completion]
    private static let calls: Abilities = [.completion, .tools]
    private static let sees: Abilities = [.completion, .vision]
    private static let thinks: Abilities = [.completion, .tools, .thinking]

    private static let all: [OllamaFamily] =
        [
            OllamaFamily("llama", "llama", talks), OllamaFamily("llama3.1", "llama", calls),
            OllamaFamily("llama3.2", "llama", calls, 3072),
            OllamaFamily("llama3.3", "llama", calls),
            OllamaFamily("llama3.2-vision", "mllama", sees),
            OllamaFamily("llama4", "llama4", [.completion, .tools, .vision]),
            OllamaFamily("codellama", "llama", fills), OllamaFamily("tinyllama", "llama", talks),
            OllamaFamily("qwen", "qwen2", calls), OllamaFamily("qwen2.5", "qwen2", calls, 3584),
            OllamaFamily("qwen2.5-coder", "qwen2", [.completion, .tools, .insert], 3584),
            OllamaFamily("qwen2.5vl", "qwen25vl", sees), OllamaFamily("qwen3", "qwen3", thinks),
            OllamaFamily("qwen3-coder", "qwen3moe", calls),
            OllamaFamily("qwen3-vl", "qwen3vl", [.completion, .tools, .thinking, .vision]),
            OllamaFamily("qwq", "qwen2", calls), OllamaFamily("mistral", "llama", calls),
            OllamaFamily("mixtral", "llama", calls), OllamaFamily("codestral", "llama", fills),
            OllamaFamily("mathstral", "llama", talks), OllamaFamily("devstral", "llama", calls),
            OllamaFamily("ministral", "mistral3", [.completion, .tools, .vision]),
            OllamaFamily("magistral", "llama", thinks),
            OllamaFamily("gemma", "gemma", talks), OllamaFamily("gemma2", "gemma2", talks),
            OllamaFamily("gemma3", "gemma3", sees, 2560),
            OllamaFamily("gemma3n", "gemma3n", talks),
            OllamaFamily("gemma4", "gemma4", [.completion, .tools, .thinking, .vision]),
            OllamaFamily("codegemma", "gemma", fills), OllamaFamily("phi", "phi3", talks, 3072),
            OllamaFamily("phi4-mini", "phi3", calls), OllamaFamily("deepseek", "deepseek2", talks),
            OllamaFamily("deepseek-coder", "llama", fills),
            OllamaFamily("deepseek-r1", "qwen3", thinks),
            OllamaFamily("deepseek-v3.1", "deepseek2", thinks),
            OllamaFamily("gpt-oss", "gptoss", thinks, 2880),
            OllamaFamily("glm", "glm4", thinks), OllamaFamily("kimi", "kimi", thinks),
            OllamaFamily("minimax", "minimax", thinks),
            OllamaFamily("command-r", "command-r", calls),
            OllamaFamily("command-a", "cohere2", calls), OllamaFamily("aya", "command-r", talks),
            OllamaFamily("granite", "granite", calls), OllamaFamily("hermes3", "llama", calls),
            OllamaFamily("nemotron", "llama", calls), OllamaFamily("smollm", "llama", talks),
            OllamaFamily("smollm2", "llama", calls), OllamaFamily("cogito", "llama", calls),
            OllamaFamily("exaone", "exaone", talks), OllamaFamily("falcon", "falcon", talks),
            OllamaFamily("yi", "llama", talks), OllamaFamily("olmo", "olmo2", talks),
            OllamaFamily("dolphin", "llama", talks), OllamaFamily("openchat", "llama", talks),
            OllamaFamily("orca", "llama", talks), OllamaFamily("solar", "llama", talks),
            OllamaFamily("starcoder", "starcoder2", fills), OllamaFamily("zephyr", "llama", talks),
            OllamaFamily("vicuna", "llama", talks), OllamaFamily("wizardlm", "llama", talks),
            OllamaFamily("llava", "llama", sees), OllamaFamily("bakllava", "llama", sees),
            OllamaFamily("moondream", "phi2", sees, 2048), OllamaFamily("minicpm", "qwen2", sees),
        ] + embedders

    private static let embedders: [OllamaFamily] = [
        OllamaFamily("nomic-embed-text", "nomic-bert", .embedding, 768),
        OllamaFamily("mxbai-embed-large", "bert", .embedding, 1024),
        OllamaFamily("all-minilm", "bert", .embedding, 384),
        OllamaFamily("bge-m3", "bert", .embedding, 1024),
        OllamaFamily("bge-large", "bert", .embedding, 1024),
        OllamaFamily("snowflake-arctic-embed", "bert", .embedding, 1024),
        OllamaFamily("snowflake-arctic-embed2", "bert", .embedding, 1024),
        OllamaFamily("paraphrase-multilingual", "bert", .embedding, 768),
        OllamaFamily("granite-embedding", "bert", .embedding, 384),
        OllamaFamily("embeddinggemma", "gemma3", .embedding, 768),
        OllamaFamily("qwen3-embedding", "qwen3", .embedding, 4096),
    ]
}

extension String {
    /// Whether a word stands at the beginning, and is over there: no letter follows.
    fileprivate func begins(with word: String) -> Bool {
        guard hasPrefix(word) else { return false }
        guard let next = utf8.dropFirst(word.utf8.count).first else { return true }
        return (next | 0x20) &- UInt8(ascii: "a") >= 26
    }
}
