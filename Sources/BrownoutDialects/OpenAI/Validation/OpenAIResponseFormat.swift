import BrownoutJSON

/// `response_format`, checked.
enum OpenAIResponseFormat {
    static func check(_ format: JSON?) throws(ProviderError) -> JSON {
        guard let format, !format.isNull else { return .null }
        try OpenAIField.object(format, "response_format")
        let type = try OpenAIField.string(format["type"], "response_format.type")
        switch type {
        case "text", "json_object": break
        case "json_schema": try schema(format["json_schema"])
        default:
            throw OpenAIField.value(
                "response_format.type", type, of: "'json_object', 'json_schema', and 'text'")
        }
        return format
    }

    /// Without a word of JSON in the prompt, a model that must write JSON may never end.
    static func check(_ format: JSON, in messages: JSON?) throws(ProviderError) {
        guard format["type"] == "json_object", let messages, !mentionsJSON(messages) else { return }
        throw OpenAIField.refusal(
            "'messages' must contain the word 'json' in some form, to use 'response_format' of "
                + "type 'json_object'.", "messages", nil)
    }

    private static func mentionsJSON(_ value: JSON) -> Bool {
        switch value {
        case .string(let text): hasJSON(text)
        case .array(let items): items.contains(where: mentionsJSON)
        case .object(let members): members.contains { mentionsJSON($0.value) }
        case .null, .bool, .number: false
        }
    }

    private static func hasJSON(_ text: String) -> Bool {
        // The last four bytes, in lower case.
        var word: UInt32 = 0
        for byte in text.utf8 {
            word = word << 8 | UInt32(byte | 0x20)
            if word == 0x6A73_6F6E { return true }
        }
        return false
    }

    private static func schema(_ value: JSON?) throws(ProviderError) {
        let place = "response_format.json_schema"
        try OpenAIField.object(value, place)
        let name = try OpenAIField.name(value?["name"], place + ".name")
        if let text = value?["description"], !text.isNull {
            _ = try OpenAIField.string(text, place + ".description")
        }
        let isStrict = try OpenAIField.bool(value?["strict"], place + ".strict") ?? false
        guard let schema = value?["schema"], !schema.isNull else { return }
        try OpenAIField.object(schema, place + ".schema")
        if let problem = OpenAISchema.problem(
            schema, isStrict: isStrict, needsItems: isStrict)
        {
            throw OpenAIField.refusal(
                "Invalid schema for response_format '\(name)': \(problem)", "response_format", nil)
        }
    }
}
