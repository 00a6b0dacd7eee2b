import BrownoutEngine
import BrownoutJSON

/// The messages of a chat completion request, checked and counted.
struct OpenAIConversation {
    private(set) var userText = ""
    private(set) var endsWithToolResult = false
    /// Names of the tools that were called, in order.
    private(set) var calledTools: [String] = []
    /// Whether a text of the user's or the system's has the words of a JSON Schema.
    private(set) var mayHoldSchema = false
    /// Three tokens a message and three for the answer's beginning, as OpenAI's cookbook counts
    /// them ("How to count tokens with tiktoken"), plus the texts by our own estimate.
    private(set) var tokens = 3
    private var order = OpenAIToolOrder()
    private let model: String

    /// A message by its members.
    private struct Message {
        var role: JSON?
        var content: JSON?
        var calls: JSON?
        var functionCall: JSON?
        var callID: JSON?
        var name: JSON?
        /// What else may stand in place of an assistant's content.
        var other = false

        init(_ members: [JSONMember]) {
            for member in members {
                switch (member.key.utf8.count, member.key) {
                case (4, "role"): role = member.value
                case (4, "name"): name = member.value
                case (7, "content"): content = member.value
                case (10, "tool_calls"): calls = member.value
                case (13, "function_call"): functionCall = member.value
                case (12, "tool_call_id"): callID = member.value
                case (5, "audio"), (7, "refusal"): other = other || !member.value.isNull
                default: break
                }
            }
        }
    }

    init(_ value: JSON?, model: String) throws(ProviderError) {
        self.model = model
        guard let value else { throw OpenAIField.missing("messages") }
        guard case .array(let messages) = value else {
            throw OpenAIField.type("messages", "an array of objects", value)
        }
        guard !messages.isEmpty else { throw OpenAIField.emptyArray("messages") }
        for index in messages.indices { try read(messages[index], index) }
        try order.end(at: nil)
    }

    private mutating func read(_ value: JSON, _ index: Int) throws(ProviderError) {
        guard case .object(let members) = value else {
            throw OpenAIField.type("messages[\(index)]", "an object", value)
        }
        let message = Message(members)
        let role = try role(message.role, index)
        try checkName(message.name, role, index)
        if role != "tool" { try order.end(at: index) }
        tokens += 4
        endsWithToolResult = role == "tool" || role == "function"
        var isOptional = false
        if role == "assistant" {
            isOptional = try readCalls(message, index) || message.other
        }
        let text = try read(message.content, index, role: role, isOptional: isOptional)
        if role == "user" { userText = text }
        if role == "tool" {
            guard case .string(let id)? = message.callID else {
                throw OpenAIField.refusal(
                    "Missing parameter 'tool_call_id': messages with role 'tool' must have a "
                        + "'tool_call_id'.", "messages.[\(index)].tool_call_id", nil)
            }
            try order.result(id, at: index)
        }
    }

    private func role(_ value: JSON?, _ index: Int) throws(ProviderError) -> String {
        let place = "messages[\(index)].role"
        let role = try OpenAIField.string(value, place)
        switch role {
        case "user", "assistant", "tool", "function": return role
        case "system", "developer":
            // The first models that reasoned took neither.
            if model.begins(with: "o1-mini") || model.begins(with: "o1-preview") {
                throw OpenAIField.refusal(
                    "Unsupported value: '\(place)' does not support '\(role)' with this model.",
                    place, "unsupported_value")
            }
            return role
        default:
            throw OpenAIField.value(
                place, role,
                of: "'system', 'assistant', 'user', 'function', 'tool', and 'developer'")
        }
    }

    private func checkName(
        _ value: JSON?, _ role: String, _ index: Int
    ) throws(ProviderError) {
        guard let value, !value.isNull else {
            guard role == "function" else { return }
            throw OpenAIField.refusal(
                "Missing parameter 'name': messages with role 'function' must have a 'name'.",
                "messages.[\(index)].name", nil)
        }
        let place = "messages[\(index)].name"
        let name = try OpenAIField.string(value, place)
        if name.utf8.count > 64, name.count > 64 {
            throw OpenAIField.tooLong(place, 64, name.count)
        }
        let isName =
            !name.isEmpty
            && name.unicodeScalars.allSatisfy { scalar in
                !scalar.properties.isWhitespace && !"<|\\/>".unicodeScalars.contains(scalar)
            }
        if !isName { throw OpenAIField.mismatch(place, "^[^\\s<|\\\\/>]+$") }
    }

    // MARK: Calls

    /// Whether an assistant's message calls anything, so that it needs no content.
    private mutating func readCalls(
        _ message: Message, _ index: Int
    ) throws(ProviderError) -> Bool {
        var isCalling = false
        if let call = message.functionCall, !call.isNull {
            let place = "messages[\(index)].function_call"
            try OpenAIField.object(call, place)
            calledTools.append(try OpenAIField.string(call["name"], place + ".name"))
            _ = try OpenAIField.string(call["arguments"], place + ".arguments")
            tokens += PromptEstimate.tokens(call)
            isCalling = true
        }
        guard let calls = message.calls, !calls.isNull else { return isCalling }
        let place = "messages[\(index)].tool_calls"
        guard case .array(let items) = calls else {
            throw OpenAIField.type(place, "an array of objects", calls)
        }
        guard !items.isEmpty else { throw OpenAIField.emptyArray(place) }
        guard items.count <= 128 else { throw OpenAIField.tooMany(place, 128, items.count) }
        var ids: [String] = []
        for (number, item) in items.enumerated() {
            ids.append(try call(item, "\(place)[\(number)]"))
        }
        order.calls(ids)
        tokens += PromptEstimate.tokens(calls)
        return true
    }

    /// The id of a call.
    private mutating func call(_ value: JSON, _ place: String) throws(ProviderError) -> String {
        try OpenAIField.object(value, place)
        let id = try OpenAIField.string(value["id"], place + ".id")
        try OpenAIField.word(value["type"], place + ".type", of: ["function", "custom"])
        let kind = value["type"] == "custom" ? "custom" : "function"
        let body = value[kind]
        try OpenAIField.object(body, "\(place).\(kind)")
        calledTools.append(try OpenAIField.string(body?["name"], "\(place).\(kind).name"))
        let input = kind == "custom" ? "input" : "arguments"
        _ = try OpenAIField.string(body?[input], "\(place).\(kind).\(input)")
        return id
    }

    // MARK: Content

    /// The text of a message's content.
    private mutating func read(
        _ content: JSON?, _ index: Int, role: String, isOptional: Bool
    ) throws(ProviderError) -> String {
        switch content {
        case .string(let text)?:
            tokens += TokenEstimate.count(text)
            look(at: text, role)
            return text
        case .array(let parts)?:
            guard !parts.isEmpty else {
                throw OpenAIField.emptyArray("messages[\(index)].content")
            }
            var texts: [String] = []
            for (place, part) in parts.enumerated() {
                // Built only where it is wanted.
                if let text = try read(part: part, index, place, role: role), role == "user" {
                    texts.append(text)
                }
            }
            return texts.joined(separator: "\n")
        case nil where isOptional, .null? where isOptional: return ""
        case nil where role == "function", .null? where role == "function": return ""
        case nil where role != "assistant":
            throw OpenAIField.missing("messages[\(index)].content")
        case nil, .null?:
            throw OpenAIField.refusal(
                "Invalid value for 'content': expected a string, got null.",
                "messages.[\(index)].content", nil)
        case let other?:
            throw OpenAIField.type(
                "messages[\(index)].content", "one of a string or array of objects", other)
        }
    }

    private mutating func look(at text: String, _ role: String) {
        guard !mayHoldSchema, role == "user" || role == "system" || role == "developer",
            PromptSchema.mayBe(in: text)
        else { return }
        mayHoldSchema = true
    }

    private mutating func read(
        part: JSON, _ index: Int, _ place: Int, role: String
    ) throws(ProviderError) -> String? {
        let name = "messages[\(index)].content[\(place)]"
        try OpenAIField.object(part, name)
        let type = try OpenAIField.string(part["type"], name + ".type")
        if type == "text" {
            let text = try OpenAIField.string(part["text"], name + ".text")
            tokens += TokenEstimate.count(text)
            look(at: text, role)
            return text
        }
        try OpenAIContentParts.check(
            part, type: type, role: role, name, in: "messages[\(index)]")
        // What a low-detail picture costs (OpenAI's vision guide).
        tokens += 85
        return nil
    }
}
