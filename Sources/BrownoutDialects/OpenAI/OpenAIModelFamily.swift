/// OpenAI's families of models: which names there are, and what a model takes. A name is a
/// family, perhaps followed by `-` and a size, a date or a preview's name.
enum OpenAIModelFamily {
    /// Words that begin a name, followed by its end or by `-` and anything.
    private static let words: [StaticString] = [
        "babbage-002", "chatgpt", "codex", "computer-use", "dall-e", "davinci-002",
        "gpt-audio", "gpt-image", "gpt-oss", "gpt-realtime", "omni-moderation", "sora",
        "text-embedding", "text-moderation", "tts", "whisper",
    ]

    /// What a model is asked for.
    enum Kind {
        case chat
        case completion
        case embedding
        case moderation
        /// Images, sound, films.
        case other
    }

    /// By the first prefix that fits; all others chat.
    private static let kinds: [(prefix: StaticString, kind: Kind)] = [
        ("gpt-3.5-turbo-instruct", .completion), ("davinci-002", .completion),
        ("babbage-002", .completion), ("text-embedding", .embedding),
        ("omni-moderation", .moderation), ("text-moderation", .moderation),
        ("dall-e", .other), ("gpt-image", .other), ("sora", .other), ("tts", .other),
        ("whisper", .other),
    ]

    /// By the first prefix that fits; as OpenAI's model pages say.
    private static let limits: [(prefix: StaticString, limits: ModelLimits)] = [
        ("gpt-4o-2024-05-13", ModelLimits(window: 128_000, output: 4_096)),
        ("gpt-4o", ModelLimits(window: 128_000, output: 16_384)),
        ("chatgpt-4o", ModelLimits(window: 128_000, output: 16_384)),
        ("gpt-4.1", ModelLimits(window: 1_047_576, output: 32_768)),
        ("gpt-4.5", ModelLimits(window: 128_000, output: 16_384)),
        ("gpt-4-turbo", ModelLimits(window: 128_000, output: 4_096)),
        ("gpt-4-1106", ModelLimits(window: 128_000, output: 4_096)),
        ("gpt-4-0125", ModelLimits(window: 128_000, output: 4_096)),
        ("gpt-4-vision", ModelLimits(window: 128_000, output: 4_096)),
        ("gpt-4-32k", ModelLimits(window: 32_768, output: 32_768)),
        ("gpt-4", ModelLimits(window: 8_192, output: 8_192)),
        ("gpt-3.5-turbo-instruct", ModelLimits(window: 4_096, output: 4_096)),
        ("gpt-3.5-turbo-16k", ModelLimits(window: 16_385, output: 16_385)),
        ("gpt-3.5-turbo-0301", ModelLimits(window: 4_096, output: 4_096)),
        ("gpt-3.5-turbo-0613", ModelLimits(window: 4_096, output: 4_096)),
        ("gpt-3.5", ModelLimits(window: 16_385, output: 4_096)),
        ("gpt-5-chat", ModelLimits(window: 128_000, output: 16_384)),
        ("gpt-5.4", ModelLimits(window: 1_050_000, output: 128_000)),
        ("gpt-5.5", ModelLimits(window: 1_050_000, output: 128_000)),
        ("gpt-5.6", ModelLimits(window: 1_050_000, output: 128_000)),
        ("gpt-5", ModelLimits(window: 400_000, output: 128_000)),
        ("gpt-6", ModelLimits(window: 1_050_000, output: 128_000)),
        ("gpt-oss", ModelLimits(window: 131_072, output: 131_072)),
        ("o1-mini", ModelLimits(window: 128_000, output: 65_536)),
        ("o1-preview", ModelLimits(window: 128_000, output: 32_768)),
        ("o1", ModelLimits(window: 200_000, output: 100_000)),
        ("o3", ModelLimits(window: 200_000, output: 100_000)),
        ("o4", ModelLimits(window: 200_000, output: 100_000)),
        ("davinci-002", ModelLimits(window: 16_384, output: 16_384)),
        ("babbage-002", ModelLimits(window: 16_384, output: 16_384)),
        ("text-embedding", ModelLimits(window: 8_192, output: 0)),
    ]

    static func has(_ model: String) -> Bool {
        // A fine-tuned model: `ft:` and its base, its owner and its own name.
        if model.begins(with: "ft:") {
            let base = model.dropFirst(3).prefix { $0 != ":" }
            return base.endIndex < model.endIndex && has(Substring(base))
        }
        return has(model[...])
    }

    private static func has(_ model: Substring) -> Bool {
        if model.begins(with: "gpt-"), isVersion(model.dropFirst(4)) { return true }
        if model.begins(with: "o"), isGeneration(model.dropFirst(1)) { return true }
        return words.contains { word in
            model.begins(with: word) && isSuffix(model.dropFirst(word.utf8CodeUnitCount))
        }
    }

    /// What follows `gpt-`: `3.5`, `4`, `4o`, `4.1`, `5` and what may come, and a suffix.
    private static func isVersion(_ text: Substring) -> Bool {
        guard let major = text.utf8.first, (0x33...0x39).contains(major) else { return false }
        var rest = text.dropFirst()
        if major == UInt8(ascii: "4"), rest.begins(with: "o") { return isSuffix(rest.dropFirst()) }
        if rest.begins(with: ".") {
            let digits = rest.dropFirst().prefix { $0.isASCII && $0.isNumber }
            guard (1...2).contains(digits.count) else { return false }
            rest = rest[digits.endIndex...]
        } else if major == UInt8(ascii: "3") {
            return false
        }
        return isSuffix(rest)
    }

    /// What follows `o`: one digit from 1, and a suffix.
    private static func isGeneration(_ text: Substring) -> Bool {
        guard let digit = text.utf8.first, (0x31...0x39).contains(digit) else { return false }
        return isSuffix(text.dropFirst())
    }

    private static func isSuffix(_ text: Substring) -> Bool {
        text.isEmpty || (text.begins(with: "-") && text.utf8.count > 1)
    }

    /// What the model of a known family is asked for; a fine-tuned one for what its base is.
    static func kind(of model: String) -> Kind {
        if model.begins(with: "ft:") { return kind(of: String(model.dropFirst(3))) }
        return kinds.first { model.begins(with: $0.prefix) }?.kind ?? .chat
    }

    /// Whether a model of a known family can be served by the tier `flex`; of others nothing is
    /// known.
    static func hasFlex(_ model: String) -> Bool {
        let old: [StaticString] = ["gpt-3", "gpt-4", "gpt-oss", "chatgpt", "o1", "ft:"]
        return !old.contains { model.begins(with: $0) }
    }

    /// The window of a model, or the usual one.
    static func window(of model: String) -> Int { limits(of: model)?.window ?? 128_000 }

    /// What a model of a known family takes; nil for another.
    static func limits(of model: String) -> ModelLimits? {
        if model.begins(with: "ft:") { return limits(of: String(model.dropFirst(3))) }
        return limits.first { model.begins(with: $0.prefix) }?.limits
    }
}
