import BrownoutEngine
import BrownoutJSON

/// The messages of a request to Anthropic, checked and counted.
struct AnthropicConversation {
    /// Text of the last message of the user that has any: results of tools are the user's
    /// messages too, and have none.
    private(set) var userText = ""
    private(set) var endsWithToolResult = false
    private(set) var tokens = 3

    init(_ value: JSON?, system: JSON?) throws(ProviderError) {
        let messages = try AnthropicField.array(value, "messages")
        guard !messages.isEmpty else {
            throw AnthropicField.refusal("messages", "at least one message is required")
        }
        try readSystem(system)
        for index in messages.indices { try read(messages[index], index) }
    }

    private mutating func readSystem(_ system: JSON?) throws(ProviderError) {
        switch system {
        case nil, .null?: break
        case .string(let text)?: tokens += TokenEstimate.count(text)
        case .array(let parts)?:
            for (index, part) in parts.enumerated() {
                let text = try AnthropicField.string(part["text"], "system.\(index).text")
                tokens += TokenEstimate.count(text)
            }
        case _?: throw AnthropicField.refusal("system", "Input should be a valid list")
        }
    }

    private mutating func read(_ message: JSON, _ index: Int) throws(ProviderError) {
        guard case .object(let members) = message else {
            throw AnthropicField.refusal(
                "messages.\(index)", "Input should be a valid dictionary or object")
        }
        var role: JSON?
        var content: JSON?
        for member in members {
            switch (member.key.utf8.count, member.key) {
            case (4, "role"): role = member.value
            case (7, "content"): content = member.value
            default: break
            }
        }
        guard let role else { throw AnthropicField.missing("messages.\(index).role") }
        let isUser = role == "user"
        guard isUser || role == "assistant" else {
            if role == "system" {
                throw AnthropicField.refusal(
                    "messages: Unexpected role \"system\". The Messages API accepts a top-level "
                        + "`system` parameter, not \"system\" as an input message role.")
            }
            throw AnthropicField.refusal(
                "messages.\(index).role", "Input should be 'user' or 'assistant'")
        }
        tokens += AnthropicEstimate.message
        endsWithToolResult = false
        switch content {
        case nil: throw AnthropicField.missing("messages.\(index).content")
        case .string(let text)?:
            tokens += TokenEstimate.count(text)
            if isUser { userText = text }
        case .array(let blocks)?: try read(blocks, index, isUser: isUser)
        case _?:
            throw AnthropicField.refusal(
                "messages.\(index).content", "Input should be a valid list")
        }
    }

    private mutating func read(
        _ blocks: [JSON], _ index: Int, isUser: Bool
    ) throws(ProviderError) {
        var texts: [String] = []
        for (place, block) in blocks.enumerated() {
            let name = "messages.\(index).content.\(place)"
            guard case .object = block else {
                throw AnthropicField.refusal(name, "Input should be a valid dictionary or object")
            }
            let type = try AnthropicField.string(block["type"], name + ".type")
            switch type {
            case "text":
                let text = try AnthropicField.string(block["text"], name + ".text.text")
                if isUser { texts.append(text) }
            case "tool_result":
                _ = try AnthropicField.string(
                    block["tool_use_id"], name + ".tool_result.tool_use_id")
                endsWithToolResult = isUser
            case "tool_use":
                _ = try AnthropicField.string(block["id"], name + ".tool_use.id")
                _ = try AnthropicField.string(block["name"], name + ".tool_use.name")
            default: break
            }
            tokens += AnthropicEstimate.tokens(block)
        }
        if !texts.isEmpty { userText = texts.joined(separator: "\n") }
    }
}
