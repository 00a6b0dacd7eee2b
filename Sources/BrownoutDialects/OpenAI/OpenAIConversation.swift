import BrownoutEngine
import BrownoutJSON

/// The messages of a chat completion request, checked and counted.
struct OpenAIConversation {
    private(set) var userText = ""
    private(set) var endsWithToolResult = false
    /// Three tokens a message and three for the answer's beginning, as OpenAI's cookbook counts
    /// them ("How to count tokens with tiktoken"), plus the texts by our own estimate.
    private(set) var tokens = 3

    init(_ value: JSON?) throws(ProviderError) {
        guard let value else { throw OpenAIField.missing("messages") }
        guard case .array(let messages) = value else {
            throw OpenAIField.type("messages", "an array of objects", value)
        }
        guard !messages.isEmpty else { throw OpenAIField.emptyArray("messages") }
        for index in messages.indices { try read(messages[index], index) }
    }

    private mutating func read(_ message: JSON, _ index: Int) throws(ProviderError) {
        guard case .object(let members) = message else {
            throw OpenAIField.type("messages[\(index)]", "an object", message)
        }
        var role: JSON?
        var content: JSON?
        var calls: JSON?
        var callID: JSON?
        for member in members {
            switch (member.key.utf8.count, member.key) {
            case (4, "role"): role = member.value
            case (7, "content"): content = member.value
            case (10, "tool_calls"), (13, "function_call"): calls = member.value
            case (12, "tool_call_id"): callID = member.value
            default: break
            }
        }
        guard let role else { throw OpenAIField.missing("messages[\(index)].role") }
        guard case .string(let role) = role else {
            throw OpenAIField.type("messages[\(index)].role", "a string", role)
        }
        switch role {
        case "user", "system", "developer", "assistant", "tool", "function": break
        default:
            throw OpenAIField.value(
                "messages[\(index)].role", role,
                of: "'system', 'assistant', 'user', 'function', 'tool', and 'developer'")
        }
        if role == "tool", callID?.stringValue == nil {
            throw OpenAIField.refusal(
                "Missing parameter 'tool_call_id': messages with role 'tool' must have a "
                    + "'tool_call_id'.", "messages.[\(index)].tool_call_id", nil)
        }
        tokens += 4
        let isOptional = role == "assistant"
        let text = try read(content, index, isOptional: isOptional, wantsText: role == "user")
        if role == "user" { userText = text }
        if let calls { tokens += PromptEstimate.tokens(calls) }
        endsWithToolResult = role == "tool" || role == "function"
    }

    /// The text of a message's content, built only where it is wanted.
    private mutating func read(
        _ content: JSON?, _ index: Int, isOptional: Bool, wantsText: Bool
    ) throws(ProviderError) -> String {
        switch content {
        case .string(let text)?:
            tokens += TokenEstimate.count(text)
            return text
        case .array(let parts)?:
            var texts: [String] = []
            for (place, part) in parts.enumerated() {
                if let text = try read(part: part, index, place), wantsText { texts.append(text) }
            }
            return texts.joined(separator: "\n")
        case nil where isOptional, .null? where isOptional: return ""
        case nil: throw OpenAIField.missing("messages[\(index)].content")
        case .null?:
            throw OpenAIField.refusal(
                "Invalid value for 'content': expected a string, got null.",
                "messages.[\(index)].content", nil)
        case let other?:
            throw OpenAIField.type(
                "messages[\(index)].content", "one of a string or array of objects", other)
        }
    }

    private mutating func read(
        part: JSON, _ index: Int, _ place: Int
    ) throws(ProviderError) -> String? {
        let name = "messages[\(index)].content[\(place)]"
        guard case .object = part else { throw OpenAIField.type(name, "an object", part) }
        let type = try OpenAIField.string(part["type"], name + ".type")
        switch type {
        case "text":
            let text = try OpenAIField.string(part["text"], name + ".text")
            tokens += TokenEstimate.count(text)
            return text
        case "image_url", "input_audio", "refusal", "audio", "file":
            // What a low-detail picture costs (OpenAI's vision guide).
            tokens += 85
            return nil
        default:
            throw OpenAIField.value(
                name + ".type", type,
                of: "'text', 'image_url', 'input_audio', 'refusal', 'audio', and 'file'")
        }
    }
}
