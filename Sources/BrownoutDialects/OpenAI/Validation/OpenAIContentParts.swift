import BrownoutJSON

/// Parts of a message's content other than text: their shapes, and who may send them.
enum OpenAIContentParts {
    /// Types of content that a role may send.
    static func types(of role: String) -> [String] {
        switch role {
        case "user": ["text", "image_url", "input_audio", "refusal", "audio", "file"]
        case "assistant": ["text", "refusal"]
        default: ["text"]
        }
    }

    /// Checks a part that is not text. `name` is its place, `message` that of its message.
    static func check(
        _ part: JSON, type: String, role: String, _ name: String, in message: String
    ) throws(ProviderError) {
        if type == "image_url", role != "user" {
            throw OpenAIField.refusal(
                "Invalid '\(message)'. Image URLs are only allowed for messages with role 'user', "
                    + "but this message with role '\(role)' contains an image URL.", message,
                "invalid_value")
        }
        let types = types(of: role)
        guard types.contains(type) else {
            throw OpenAIField.value(name + ".type", type, of: OpenAIField.listed(types))
        }
        switch type {
        case "image_url": try image(part["image_url"], name + ".image_url")
        case "input_audio": try audio(part["input_audio"], name + ".input_audio")
        case "file": try file(part["file"], name + ".file")
        case "refusal": _ = try OpenAIField.string(part["refusal"], name + ".refusal")
        default: break
        }
    }

    private static func image(_ value: JSON?, _ name: String) throws(ProviderError) {
        try OpenAIField.object(value, name)
        let url = try OpenAIField.string(value?["url"], name + ".url")
        if let detail = value?["detail"], !detail.isNull {
            try OpenAIField.word(
                detail, name + ".detail", of: ["auto", "low", "high", "original"])
        }
        if url.begins(with: "https://") || url.begins(with: "http://") { return }
        guard url.begins(with: "data:") else {
            throw OpenAIField.refusal(
                "Invalid '\(name).url'. Expected a valid URL, but got a value with an invalid "
                    + "format.", name + ".url", "invalid_value")
        }
        guard let data = DataURL(url), data.type.begins(with: "image/") else {
            throw OpenAIField.refusal(
                "Invalid MIME type. Only image types are supported.", nil, "invalid_image_format")
        }
        switch data.type.dropFirst(6) {
        case "png", "jpeg", "jpg", "gif", "webp": break
        default:
            throw OpenAIField.refusal(
                "You uploaded an unsupported image. Please make sure your image has of one the "
                    + "following formats: ['png', 'jpeg', 'gif', 'webp'].", nil,
                "invalid_image_format")
        }
        if !EncodedBytes.isBase64(data.content) {
            throw OpenAIField.refusal(
                "Invalid base64 image_url.", name + ".url", "invalid_base64_image")
        }
    }

    private static func audio(_ value: JSON?, _ name: String) throws(ProviderError) {
        try OpenAIField.object(value, name)
        let data = try OpenAIField.string(value?["data"], name + ".data")
        try OpenAIField.word(value?["format"], name + ".format", of: ["wav", "mp3"])
        if !EncodedBytes.isBase64(data[...]) {
            throw OpenAIField.refusal(
                "Invalid '\(name).data'. Expected a base64-encoded string, but got a value with "
                    + "an invalid format.", name + ".data", "invalid_value")
        }
    }

    private static func file(_ value: JSON?, _ name: String) throws(ProviderError) {
        try OpenAIField.object(value, name)
        if let id = value?["file_id"], !id.isNull {
            _ = try OpenAIField.string(id, name + ".file_id")
            return
        }
        guard let content = value?["file_data"], !content.isNull else {
            throw OpenAIField.missing(name + ".file_id")
        }
        let url = try OpenAIField.string(content, name + ".file_data")
        let expected =
            "Invalid '\(name).file_data'. Expected a base64-encoded data URL with an "
            + "application/pdf MIME type (e.g. 'data:application/pdf;base64,aGVsbG8='), but got "
        guard url.begins(with: "data:") else {
            throw OpenAIField.refusal(
                expected + "a value without the 'data:' prefix.", name + ".file_data",
                "invalid_value")
        }
        guard let data = DataURL(url), EncodedBytes.isBase64(data.content) else {
            throw OpenAIField.refusal(
                expected + "a value with an invalid format.", name + ".file_data",
                "invalid_value")
        }
    }
}
