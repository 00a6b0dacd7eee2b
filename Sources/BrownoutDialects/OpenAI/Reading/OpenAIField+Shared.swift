import BrownoutJSON

// What chats and completions of texts have in common.

extension ChatRequest {
    /// Reads `stream_options`, once ``stream`` is known.
    mutating func readStreamOptions(_ streamOptions: JSON?) throws(ProviderError) {
        guard let streamOptions, !streamOptions.isNull else { return }
        guard case .object = streamOptions else {
            throw OpenAIField.type("stream_options", "an object", streamOptions)
        }
        guard stream else {
            throw OpenAIField.refusal(
                "The 'stream_options' parameter is only allowed when 'stream' is enabled.",
                "stream_options", nil)
        }
        includeUsage =
            try OpenAIField.bool(
                streamOptions["include_usage"], "stream_options.include_usage") ?? false
        includeObfuscation =
            try OpenAIField.bool(
                streamOptions["include_obfuscation"], "stream_options.include_obfuscation") ?? true
    }
}

extension OpenAIField {
    /// `stop`: a text or up to four.
    static func stopSequences(_ stop: JSON?) throws(ProviderError) -> [String] {
        switch stop {
        case nil, .null?: return []
        case .string(let text)?: return [text]
        case .array(let items)?:
            guard items.count <= 4 else {
                throw OpenAIField.refusal(
                    "Invalid 'stop': array too long. Expected an array with maximum length 4, "
                        + "but got an array with length \(items.count) instead.", "stop",
                    "array_above_max_length")
            }
            var texts: [String] = []
            for (index, item) in items.enumerated() {
                texts.append(try OpenAIField.string(item, "stop[\(index)]"))
            }
            return texts
        case let other?:
            throw OpenAIField.type("stop", "one of an array of strings or a string", other)
        }
    }
}
