import BrownoutEngine
import BrownoutJSON

/// The messages of a chat with Mistral, checked and counted.
struct MistralMessages {
    private(set) var userText = ""
    private(set) var endsWithToolResult = false
    /// Names of the tools that were called, in order.
    private(set) var calledTools: [String] = []
    /// Whether a text of the user's or the system's has the words of a JSON Schema.
    private(set) var mayHoldSchema = false
    /// Four a message and three for the answer's beginning, as the other chats are counted.
    private(set) var tokens = 3
    private(set) var problems: [MistralProblem] = []
    /// What a conversation of valid messages is refused for (400); the first counts.
    private(set) var refusal: ProviderError?

    private var lastRole = ""
    private var isPrefix = false
    /// Calls that have no result yet.
    private var open = 0

    /// The members that a message of a role may have; nil: there is no such role.
    private static func members(of role: String) -> [String]? {
        switch role {
        case "system", "user": ["role", "content"]
        case "assistant": ["role", "content", "tool_calls", "prefix"]
        case "tool": ["role", "content", "tool_call_id", "name"]
        default: nil
        }
    }

    init(_ messages: [JSON]) {
        for (index, message) in messages.enumerated() { read(message, index) }
        guard problems.isEmpty else { return }
        if open != 0 { refuse(Self.uneven) }
        if messages.isEmpty {
            refuse(MistralErrors.order("Conversation must have at least one message"))
        } else if lastRole != "user", lastRole != "tool", !(lastRole == "assistant" && isPrefix) {
            refuse(
                MistralErrors.order(
                    "Expected last role User or Tool (or Assistant with prefix True) for serving "
                        + "but got \(lastRole)"))
        }
    }

    private static let uneven = MistralErrors.order(
        "Not the same number of function calls and responses")

    private mutating func refuse(_ error: ProviderError) {
        if refusal == nil { refusal = error }
    }

    private mutating func read(_ message: JSON, _ index: Int) {
        let place: [JSON] = ["messages", .number(JSONNumber(index))]
        var fields = MistralFields(message, at: place)
        defer { problems += fields.problems.prefix(max(32 - problems.count, 0)) }
        guard fields.isValid else { return }
        guard let role = fields.string("role"), let members = Self.members(of: role) else {
            if fields.isValid {
                fields.add(
                    "union_tag_invalid", nil,
                    "Input tag '\(message["role"]?.stringValue ?? "null")' found using 'role' does "
                        + "not match any of the expected tags: 'assistant', 'system', 'tool', 'user'",
                    message)
            }
            return
        }
        fields.allow(members)
        tokens += 4
        let text = content(&fields, role)
        isPrefix = fields.bool("prefix") ?? false
        checkOrder(role)
        endsWithToolResult = role == "tool"
        switch role {
        case "user": userText = text
        case "assistant": readCalls(&fields, place)
        case "tool":
            if let id = fields.string("tool_call_id") { checkID(id) }
            open -= 1
            if open < 0 { refuse(Self.uneven) }
        default: break
        }
        lastRole = role
    }

    private mutating func checkOrder(_ role: String) {
        if role != "tool", open > 0 { refuse(Self.uneven) }
        let isAllowed =
            switch (lastRole, role) {
            case ("", "tool"), ("system", "tool"), ("user", "tool"): false
            case ("tool", "system"): false
            default: true
            }
        if !isAllowed {
            refuse(
                MistralErrors.order(
                    lastRole.isEmpty
                        ? "Expected last role User or Tool (or Assistant with prefix True) for "
                            + "serving but got \(role)"
                        : "Unexpected role '\(role)' after role '\(lastRole)'"))
        }
    }

    private mutating func readCalls(_ fields: inout MistralFields, _ place: [JSON]) {
        let calls = fields.list("tool_calls") ?? []
        if calls.isEmpty, fields.value("content").map({ $0 == "" || $0 == [] }) ?? true,
            fields.isValid
        {
            refuse(
                MistralErrors.refusal(
                    "Assistant message must have either content or tool_calls, but not none.",
                    type: "invalid_request_assistant_message", code: "3240"))
        }
        for (number, item) in calls.enumerated() {
            let inside = place + ["tool_calls", .number(JSONNumber(number))]
            var call = MistralFields(item, at: inside)
            call.require("function")
            if let id = call.string("id") { checkID(id) }
            if let function = call.value("function") {
                var body = MistralFields(function, at: inside + ["function"])
                body.require("name")
                body.require("arguments")
                if let name = body.string("name") { calledTools.append(name) }
                call.add(body.problems)
            }
            fields.add(call.problems)
        }
        open += calls.count
        if let list = fields.value("tool_calls") { tokens += PromptEstimate.tokens(list) }
    }

    /// Ids of calls are as Mistral makes them.
    private mutating func checkID(_ id: String) {
        let isID =
            id.utf8.count == 9 && id.utf8.allSatisfy { Alphabet.value(of: $0) != nil }
        // What a client that knows of no ids sends.
        guard !isID, id != "null" else { return }
        refuse(
            MistralErrors.refusal(
                "Tool call id was \(id.prefix(100)) but must be a-z, A-Z, 0-9, with a length of "
                    + "9.", type: "invalid_function_call", code: "3280"))
    }

    // MARK: Content

    /// The text of a message's content.
    private mutating func content(_ fields: inout MistralFields, _ role: String) -> String {
        if role != "assistant" { fields.require("content") }
        guard let content = fields.value("content") else { return "" }
        if let text = content.stringValue {
            add(text, role)
            return text
        }
        guard let parts = content.arrayValue else {
            fields.add("string_type", "content", "Input should be a valid string", content)
            return ""
        }
        var texts: [String] = []
        for part in parts {
            switch part["type"]?.stringValue {
            case "text"?, nil:
                guard let text = part["text"]?.stringValue else {
                    fields.add("missing", "content", "Field required", part)
                    continue
                }
                add(text, role)
                texts.append(text)
            case "thinking"?: tokens += PromptEstimate.tokens(part["thinking"] ?? .null)
            case "image_url"?, "document_url"?, "reference"?, "input_audio"?, "file"?:
                // What a small picture costs elsewhere.
                tokens += 85
            case let type?:
                fields.add(
                    "union_tag_invalid", "content",
                    "Input tag '\(type.prefix(100))' found using 'type' does not match any of the "
                        + "expected tags: 'text', 'image_url', 'document_url', 'reference', "
                        + "'input_audio', 'file', 'thinking'", part)
            }
        }
        return texts.joined(separator: "\n")
    }

    private mutating func add(_ text: String, _ role: String) {
        tokens += TokenEstimate.count(text)
        if !mayHoldSchema, role == "user" || role == "system", PromptSchema.mayBe(in: text) {
            mayHoldSchema = true
        }
    }
}
