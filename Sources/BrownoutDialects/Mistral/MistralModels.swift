import BrownoutJSON

/// Mistral's models: which names there are, what each can do, and the bodies that list them (wire
/// facts, 8; windows as Mistral's pages on models say).
enum MistralModels {
    /// What a model is asked for.
    enum Kind {
        case chat
        /// Code between a beginning and an end; it chats too.
        case code
        case embedding
        case moderation
        /// Documents read, speech heard and spoken.
        case other
    }

    private struct Family {
        /// What names begin with: the whole name, or followed by `-` and a size, a date or `latest`.
        var prefix: String
        var kind = Kind.chat
        var window = 131_072
        var sees = false
        var reasons = false
    }

    /// By the first prefix that fits.
    private static let families = [
        Family(prefix: "mistral-embed", kind: .embedding, window: 8_192),
        Family(prefix: "codestral-embed", kind: .embedding, window: 8_192),
        Family(prefix: "mistral-moderation", kind: .moderation, window: 8_192),
        Family(prefix: "mistral-ocr", kind: .other, window: 16_384),
        Family(prefix: "voxtral-mini-transcribe", kind: .other, window: 16_384),
        Family(prefix: "voxtral", window: 32_768),
        Family(prefix: "magistral", window: 40_960, sees: true, reasons: true),
        Family(prefix: "codestral", kind: .code, window: 262_144),
        Family(prefix: "open-codestral-mamba", kind: .code, window: 262_144),
        Family(prefix: "devstral", window: 262_144),
        Family(prefix: "pixtral", sees: true),
        Family(prefix: "ministral", sees: true),
        Family(prefix: "open-mistral-nemo"),
        Family(prefix: "open-mistral-7b", window: 32_768),
        Family(prefix: "open-mixtral-8x22b", window: 65_536),
        Family(prefix: "open-mixtral-8x7b", window: 32_768),
        Family(prefix: "mistral-tiny", window: 32_768),
        Family(prefix: "mistral-saba", window: 32_768),
        Family(prefix: "mistral-small", sees: true),
        Family(prefix: "mistral-medium", sees: true),
        Family(prefix: "mistral-large", window: 262_144, sees: true),
        Family(prefix: "labs-mistral-small-creative", window: 32_768),
    ]

    private static let catalogue = [
        "mistral-large-latest", "mistral-medium-latest", "mistral-small-latest",
        "magistral-medium-latest", "magistral-small-latest", "ministral-3b-latest",
        "ministral-8b-latest", "ministral-14b-latest", "devstral-latest",
        "devstral-small-latest", "codestral-latest", "pixtral-large-latest", "voxtral-small-latest",
        "open-mistral-nemo", "mistral-embed", "codestral-embed", "mistral-moderation-latest",
        "mistral-ocr-latest",
    ]

    /// When all of them are said to have been made: Mistral says the time of the request, and a list
    /// that is the same each time is worth more.
    private static let created = 1_764_547_200

    /// Whether there is a model of this name. A tuned one is `ft:`, its base, and its owner's words.
    static func has(_ model: String) -> Bool { family(of: model) != nil }

    /// What a model of that name is for; nil: there is none.
    static func kind(of model: String) -> Kind? { family(of: model)?.kind }

    /// Whether a model thinks before it answers.
    static func reasons(_ model: String) -> Bool { family(of: model)?.reasons ?? false }

    /// Tokens of prompt and answer together.
    static func window(of model: String) -> Int { family(of: model)?.window ?? 131_072 }

    private static func family(of model: String) -> Family? {
        var name = model[...]
        if name.hasPrefix("ft:") {
            name = name.dropFirst(3)
            name = name.prefix { $0 != ":" }
        }
        return families.first { family in
            guard name.hasPrefix(family.prefix) else { return false }
            let rest = name.dropFirst(family.prefix.count)
            return rest.isEmpty || rest.first == "-" && rest.count > 1
        }
    }

    // MARK: Bodies

    static func list() -> [UInt8] {
        var writer = JSONWriter(reservingCapacity: 12_288)
        writer.beginObject()
        writer.field("object", "list")
        writer.key("data")
        writer.beginArray()
        for id in catalogue { write(id, &writer) }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }

    static func single(_ id: String) -> [UInt8] {
        var writer = JSONWriter()
        write(id, &writer)
        return writer.bytes
    }

    private static func write(_ id: String, _ writer: inout JSONWriter) {
        let family = family(of: id) ?? Family(prefix: id)
        let chats = family.kind == .chat || family.kind == .code
        writer.beginObject()
        writer.field("id", id)
        writer.field("object", "model")
        writer.field("created", created)
        writer.field("owned_by", "mistralai")
        writer.key("capabilities")
        writer.beginObject()
        writer.field("completion_chat", chats)
        writer.field("function_calling", chats)
        writer.field("reasoning", family.reasons)
        writer.field("completion_fim", family.kind == .code)
        writer.field("fine_tuning", false)
        writer.field("vision", family.sees)
        writer.field("ocr", id.hasPrefix("mistral-ocr"))
        writer.field("classification", family.kind == .moderation)
        writer.field("moderation", family.kind == .moderation)
        writer.field("audio", id.hasPrefix("voxtral"))
        writer.field("audio_transcription", id.hasPrefix("voxtral-mini-transcribe"))
        writer.endObject()
        writer.field("name", id)
        writer.field("description", "Official \(id) Mistral AI model")
        writer.field("max_context_length", family.window)
        writer.key("aliases")
        writer.beginArray()
        writer.endArray()
        writer.field("deprecation", JSON.null)
        writer.field("deprecation_replacement_model", JSON.null)
        writer.key("default_model_temperature")
        writer.raw("0.3")
        writer.field("type", id.hasPrefix("ft:") ? "fine-tuned" : "base")
        writer.endObject()
    }
}
