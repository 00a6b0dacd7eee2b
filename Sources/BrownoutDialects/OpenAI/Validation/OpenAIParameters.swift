import BrownoutJSON

/// The members of a chat request that change nothing about our answer, but that OpenAI would
/// refuse when they are wrong; and those that it does not have. The names are those of the SDK
/// (`completion_create_params.py`), so nothing that it can send is unknown.
struct OpenAIParameters {
    private var unknown: [String] = []

    /// Checks a member that the parser itself does not read.
    mutating func check(_ member: JSONMember) throws(ProviderError) {
        let (name, value) = (member.key, member.value)
        if value.isNull, Self.isKnown(name) { return }
        switch name {
        case "store": _ = try OpenAIField.bool(value, name)
        case "user", "prompt_cache_key": _ = try OpenAIField.string(value, name)
        case "safety_identifier": try OpenAIField.text(value, name, atMost: 64)
        case "service_tier":
            try OpenAIField.word(
                value, name, of: ["auto", "default", "flex", "scale", "priority", "fast"])
        case "reasoning_effort":
            try OpenAIField.word(
                value, name, of: ["none", "minimal", "low", "medium", "high", "xhigh", "max"])
        case "verbosity": try OpenAIField.word(value, name, of: ["low", "medium", "high"])
        case "prompt_cache_retention":
            try OpenAIField.word(value, name, of: ["in_memory", "in-memory", "24h"])
        case "modalities": try Self.modalities(value)
        case "logit_bias": try Self.bias(value)
        case "metadata": try Self.metadata(value)
        case "audio": try Self.audio(value)
        case "prediction": try Self.prediction(value)
        case "web_search_options": try Self.search(value)
        case "moderation", "prompt_cache_options": try OpenAIField.object(value, name)
        default: unknown.append(name)
        }
    }

    private static func isKnown(_ name: String) -> Bool {
        switch name {
        case "store", "user", "prompt_cache_key", "safety_identifier", "service_tier",
            "reasoning_effort", "verbosity", "prompt_cache_retention", "modalities", "logit_bias",
            "metadata", "audio", "prediction", "web_search_options", "moderation",
            "prompt_cache_options":
            true
        default: false
        }
    }

    /// Refuses what OpenAI does not know.
    func refuseUnknown() throws(ProviderError) {
        guard let first = unknown.first else { return }
        let names = unknown.prefix(10).map { String($0.prefix(100)) }
        let message =
            unknown.count == 1
            ? "Unrecognized request argument supplied: \(first.prefix(100))"
            : "Unrecognized request arguments supplied: \(names.joined(separator: ", "))"
        throw OpenAIField.refusal(message, nil, nil)
    }

    private static func modalities(_ value: JSON) throws(ProviderError) {
        guard case .array(let items) = value else {
            throw OpenAIField.type("modalities", "an array of strings", value)
        }
        guard !items.isEmpty else { throw OpenAIField.emptyArray("modalities") }
        for (index, item) in items.enumerated() {
            try OpenAIField.word(item, "modalities[\(index)]", of: ["text", "audio"])
        }
    }

    private static func bias(_ value: JSON) throws(ProviderError) {
        guard case .object(let members) = value else {
            throw OpenAIField.type("logit_bias", "an object", value)
        }
        for member in members {
            guard Int(member.key) != nil else {
                throw OpenAIField.refusal(
                    "Invalid key in 'logit_bias': \(member.key.prefix(100)). You should only be "
                        + "submitting non-negative integers.", "logit_bias", nil)
            }
            try OpenAIField.decimal(
                member.value, "logit_bias.\(member.key.prefix(100))", in: -100...100)
        }
    }

    private static func metadata(_ value: JSON) throws(ProviderError) {
        guard case .object(let members) = value else {
            throw OpenAIField.type("metadata", "an object", value)
        }
        guard members.count <= 16 else {
            throw OpenAIField.refusal(
                "Invalid 'metadata': too many properties. Expected an object with at most 16 "
                    + "properties, but got an object with \(members.count) properties instead.",
                "metadata", "object_above_max_properties")
        }
        for member in members {
            let name = "metadata.\(member.key.prefix(100))"
            if member.key.count > 64 {
                throw OpenAIField.tooLong("metadata", 64, member.key.count)
            }
            try OpenAIField.text(member.value, name, atMost: 512)
        }
    }

    private static func audio(_ value: JSON) throws(ProviderError) {
        try OpenAIField.object(value, "audio")
        try OpenAIField.word(
            value["format"], "audio.format", of: ["wav", "aac", "mp3", "flac", "opus", "pcm16"])
        switch value["voice"] {
        case nil: throw OpenAIField.missing("audio.voice")
        case .string?, .object?: break
        case let other?:
            throw OpenAIField.type("audio.voice", "one of a string or an object", other)
        }
    }

    private static func prediction(_ value: JSON) throws(ProviderError) {
        try OpenAIField.object(value, "prediction")
        try OpenAIField.word(value["type"], "prediction.type", of: ["content"])
        switch value["content"] {
        case nil: throw OpenAIField.missing("prediction.content")
        case .string?, .array?: break
        case let other?:
            throw OpenAIField.type(
                "prediction.content", "one of a string or array of objects", other)
        }
    }

    private static func search(_ value: JSON) throws(ProviderError) {
        try OpenAIField.object(value, "web_search_options")
        if let size = value["search_context_size"], !size.isNull {
            try OpenAIField.word(
                size, "web_search_options.search_context_size", of: ["low", "medium", "high"])
        }
        if let location = value["user_location"], !location.isNull {
            try OpenAIField.object(location, "web_search_options.user_location")
        }
    }
}
