import BrownoutJSON

/// Blocks of content other than text: their shapes, by type.
enum AnthropicBlocks {
    /// The types that the error for an unknown one lists.
    private static let listed = [
        "bash_code_execution_tool_result", "code_execution_tool_result", "container_upload",
        "document", "image", "redacted_thinking", "search_result", "server_tool_use", "text",
        "text_editor_code_execution_tool_result", "thinking", "tool_reference", "tool_result",
        "tool_search_tool_result", "tool_use", "web_fetch_tool_result", "web_search_tool_result",
    ]
    /// Further ones, of betas.
    private static let beta = [
        "browser_state", "compaction", "fallback", "mcp_tool_listing", "mcp_tool_use",
        "tool_addition", "tool_removal",
    ]

    /// The type of a block.
    static func type(of block: JSON, _ place: String) throws(ProviderError) -> String {
        if case .string(let type)? = block["type"] {
            if beta.contains(type) || type.hasSuffix("_tool_result") { return type }
        }
        return try AnthropicField.tag(block, place, among: listed)
    }

    /// Checks a block that is not text.
    static func check(
        _ block: JSON, type: String, _ place: String
    ) throws(ProviderError) {
        let name = "\(place).\(type)"
        switch type {
        case "image":
            try keys(block, name, ["cache_control", "source", "transformations"])
            try image(block["source"], name + ".source")
        case "document":
            try keys(block, name, ["cache_control", "citations", "context", "source", "title"])
            try document(block["source"], name + ".source")
        case "tool_use":
            try keys(
                block, name,
                ["cache_control", "caller", "id", "input", "name", "toolset_name"])
            _ = try AnthropicField.name(block["id"], name + ".id")
            _ = try AnthropicField.string(block["name"], name + ".name")
            guard let input = block["input"] else {
                throw AnthropicField.missing(name + ".input")
            }
            guard case .object = input else {
                throw AnthropicField.refusal(
                    name + ".input", "Input should be a valid dictionary")
            }
        case "tool_result":
            try keys(
                block, name,
                ["cache_control", "content", "is_error", "tool_use_id", "toolset_name"])
            _ = try AnthropicField.name(block["tool_use_id"], name + ".tool_use_id")
            _ = try AnthropicField.bool(block["is_error"], name + ".is_error")
            try results(block["content"], name + ".content")
        case "thinking":
            try keys(block, name, ["signature", "thinking"])
            _ = try AnthropicField.string(block["signature"], name + ".signature")
            _ = try AnthropicField.string(block["thinking"], name + ".thinking")
        case "redacted_thinking":
            try keys(block, name, ["data"])
            _ = try AnthropicField.string(block["data"], name + ".data")
        case "search_result":
            _ = try AnthropicField.string(block["source"], name + ".source")
            _ = try AnthropicField.string(block["title"], name + ".title")
            _ = try AnthropicField.array(block["content"], name + ".content")
        default: break
        }
    }

    /// Refuses keys that a block of a type does not have.
    static func keys(
        _ block: JSON, _ name: String, _ keys: [String]
    ) throws(ProviderError) {
        guard case .object(let members) = block else { return }
        for member in members where member.key != "type" && !keys.contains(member.key) {
            throw AnthropicField.extra("\(name).\(member.key)")
        }
    }

    /// The content of a tool's result.
    private static func results(_ value: JSON?, _ place: String) throws(ProviderError) {
        switch value {
        case nil, .null?, .string?: return
        case .array(let blocks)?:
            for (index, block) in blocks.enumerated() {
                let name = "\(place).\(index)"
                let type = try AnthropicField.tag(
                    block, name,
                    among: [
                        "browser_state", "document", "image", "search_result", "text",
                        "tool_reference",
                    ])
                if type == "text" {
                    _ = try AnthropicField.string(block["text"], name + ".text.text")
                } else {
                    try check(block, type: type, name)
                }
            }
        case _?: throw AnthropicField.refusal(place, "Input should be a valid list")
        }
    }

    // MARK: Sources

    private static func image(_ source: JSON?, _ place: String) throws(ProviderError) {
        let tag = try AnthropicField.tag(source, place, among: ["base64", "file", "url"])
        let name = "\(place).\(tag)"
        switch tag {
        case "base64":
            try AnthropicField.word(
                source?["media_type"], name + ".media_type",
                ["image/jpeg", "image/png", "image/gif", "image/webp"])
            try bytes(source?["data"], name, "image")
        case "url": try url(source?["url"], name + ".url")
        default: _ = try AnthropicField.string(source?["file_id"], name + ".file_id")
        }
    }

    private static func document(_ source: JSON?, _ place: String) throws(ProviderError) {
        let tag = try AnthropicField.tag(
            source, place, among: ["base64", "content", "file", "text", "url"])
        let name = "\(place).\(tag)"
        switch tag {
        case "base64":
            try AnthropicField.word(
                source?["media_type"], name + ".media_type", ["application/pdf"])
            try bytes(source?["data"], name, "document")
        case "text":
            try AnthropicField.word(source?["media_type"], name + ".media_type", ["text/plain"])
            _ = try AnthropicField.string(source?["data"], name + ".data")
        case "content":
            switch source?["content"] {
            case nil: throw AnthropicField.missing(name + ".content")
            case .string?, .array?: break
            case _?: throw AnthropicField.refusal(name + ".content", "Input should be a valid list")
            }
        case "url": try url(source?["url"], name + ".url")
        default: _ = try AnthropicField.string(source?["file_id"], name + ".file_id")
        }
    }

    private static func bytes(
        _ value: JSON?, _ name: String, _ what: String
    ) throws(ProviderError) {
        let text = try AnthropicField.string(value, name + ".data")
        if text.isEmpty { throw AnthropicField.refusal(name + ".data", "\(what) cannot be empty") }
        if !EncodedBytes.isBase64(text[...]) {
            throw AnthropicField.refusal(name, "invalid base64 data")
        }
    }

    private static func url(_ value: JSON?, _ name: String) throws(ProviderError) {
        let text = try AnthropicField.string(value, name)
        if !text.begins(with: "https://"), !text.begins(with: "http://") {
            throw AnthropicField.refusal(name, "Only HTTPS URLs are supported.")
        }
    }
}
