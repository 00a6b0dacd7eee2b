import BrownoutEngine
import BrownoutJSON

/// The messages of a request to Anthropic, checked and counted.
struct AnthropicConversation {
    /// Text of the last message of the user that has any: results of tools are the user's
    /// messages too, and have none.
    private(set) var userText = ""
    private(set) var endsWithToolResult = false
    /// Names of the tools that were called, in order.
    private(set) var calledTools: [String] = []
    /// Whether a text of the user's or the system's has the words of a JSON Schema.
    private(set) var mayHoldSchema = false
    private(set) var tokens = 3
    private var order = AnthropicToolOrder()
    private let family: AnthropicModelFamily?

    /// Messages that a request may have (Anthropic's API reference).
    private static let most = 100_000

    /// A message by its members.
    private struct Message {
        var role: JSON?
        var content: JSON?

        init(_ members: [JSONMember], _ place: String) throws(ProviderError) {
            for member in members {
                switch (member.key.utf8.count, member.key) {
                case (4, "role"): role = member.value
                case (7, "content"): content = member.value
                // Of a system message, in the SDK's beta.
                case (8, "clear_at"), (13, "output_config"): break
                default: throw AnthropicField.extra("\(place).\(member.key)")
                }
            }
        }
    }

    init(_ value: JSON?, system: JSON?, model: String) throws(ProviderError) {
        family = AnthropicModelFamily(model)
        let messages = try AnthropicField.array(value, "messages")
        guard !messages.isEmpty else {
            throw AnthropicField.refusal("messages", "at least one message is required")
        }
        guard messages.count <= Self.most else {
            throw AnthropicField.refusal(
                "messages",
                "List should have at most \(Self.most) items after validation, not "
                    + "\(messages.count)")
        }
        try readSystem(system)
        for index in messages.indices {
            try read(messages[index], index, isLast: index == messages.count - 1)
        }
        try order.end()
    }

    private mutating func readSystem(_ system: JSON?) throws(ProviderError) {
        switch system {
        case nil, .null?: break
        case .string(let text)?:
            tokens += TokenEstimate.count(text)
            look(at: text)
        case .array(let parts)?:
            for (index, part) in parts.enumerated() {
                let place = "system.\(index)"
                _ = try AnthropicField.tag(part, place, among: ["text"])
                let text = try AnthropicField.string(part["text"], place + ".text")
                if text.isEmpty, !Self.isMarked(part) {
                    throw AnthropicField.refusal(
                        "system", "text content blocks must be non-empty")
                }
                tokens += TokenEstimate.count(text)
                look(at: text)
            }
        case _?: throw AnthropicField.refusal("system", "Input should be a valid list")
        }
    }

    private mutating func read(
        _ value: JSON, _ index: Int, isLast: Bool
    ) throws(ProviderError) {
        let place = "messages.\(index)"
        guard case .object(let members) = value else { throw AnthropicField.notAnObject(place) }
        let message = try Message(members, place)
        guard let role = message.role else { throw AnthropicField.missing(place + ".role") }
        let isUser = role == "user"
        guard isUser || role == "assistant" else {
            return try readOther(role, message, index)
        }
        tokens += AnthropicEstimate.message
        endsWithToolResult = false
        try order.message(isUser: isUser)
        switch message.content {
        case nil: throw AnthropicField.missing(place + ".content")
        case .string(let text)?:
            try checkText(text, index, isFinal: isLast && !isUser)
            tokens += TokenEstimate.count(text)
            order.other()
            if isUser {
                userText = text
                look(at: text)
            }
        case .array(let blocks)?:
            if blocks.isEmpty, isUser || !isLast { throw Self.empty(index) }
            try read(blocks, index, isUser: isUser, isLast: isLast)
        case _?: throw AnthropicField.refusal(place + ".content", "Input should be a valid list")
        }
    }

    private mutating func look(at text: String) {
        if !mayHoldSchema, PromptSchema.mayBe(in: text) { mayHoldSchema = true }
    }

    /// A message that is neither the user's nor the assistant's. The newest models take a system
    /// message between the others.
    private mutating func readOther(
        _ role: JSON, _ message: Message, _ index: Int
    ) throws(ProviderError) {
        let place = "messages.\(index)"
        guard role == "system" else {
            throw AnthropicField.refusal(
                place + ".role", "Input should be 'user' or 'assistant'")
        }
        guard family?.isFrom(4, 8) ?? true else {
            throw AnthropicField.refusal(
                "messages: Unexpected role \"system\". The Messages API accepts a top-level "
                    + "`system` parameter, not \"system\" as an input message role.")
        }
        tokens += AnthropicEstimate.message
        guard let content = message.content else { return }
        tokens += PromptEstimate.tokens(content)
        for text in PromptSchema.texts(of: content) { look(at: text) }
    }

    // MARK: Texts

    /// What is empty and yet to be cached is refused for that.
    private static func isMarked(_ block: JSON) -> Bool {
        block["cache_control"].map { !$0.isNull } ?? false
    }

    private static func empty(_ index: Int) -> ProviderError {
        AnthropicField.refusal(
            "messages.\(index)",
            "all messages must have non-empty content except for the optional final assistant "
                + "message")
    }

    /// `isFinal`: the text that the answer continues.
    private func checkText(_ text: String, _ index: Int, isFinal: Bool) throws(ProviderError) {
        if text.isEmpty {
            if isFinal { return }
            throw Self.empty(index)
        }
        try checkSpace(text, isFinal: isFinal)
    }

    private func checkSpace(_ text: String, isFinal: Bool) throws(ProviderError) {
        guard let last = text.last, last.isWhitespace || isFinal else { return }
        if isFinal, family?.isFrom(4, 6) ?? false {
            throw AnthropicField.refusal(
                "This model does not support assistant message prefill. The conversation must end "
                    + "with a user message.")
        }
        if last.isWhitespace, text.allSatisfy(\.isWhitespace) {
            throw AnthropicField.refusal(
                "messages", "text content blocks must contain non-whitespace text")
        }
        if isFinal, last.isWhitespace {
            throw AnthropicField.refusal(
                "messages", "final assistant content cannot end with trailing whitespace")
        }
    }

    // MARK: Blocks

    private mutating func read(
        _ blocks: [JSON], _ index: Int, isUser: Bool, isLast: Bool
    ) throws(ProviderError) {
        var texts: [String] = []
        for (number, block) in blocks.enumerated() {
            let place = "messages.\(index).content.\(number)"
            let type = try AnthropicBlocks.type(of: block, place)
            if type == "text" {
                let isFinal = isLast && !isUser && number == blocks.count - 1
                let text = try read(text: block, place, isFinal: isFinal)
                if isUser {
                    texts.append(text)
                    look(at: text)
                }
            } else {
                try AnthropicBlocks.check(block, type: type, place)
                try read(block, type, index, place, isUser: isUser)
            }
            if type != "tool_result" { order.other() }
            tokens += AnthropicEstimate.tokens(block)
        }
        if !texts.isEmpty { userText = texts.joined(separator: "\n") }
    }

    private mutating func read(
        text block: JSON, _ place: String, isFinal: Bool
    ) throws(ProviderError) -> String {
        let name = place + ".text"
        let text = try AnthropicField.string(block["text"], name + ".text")
        try AnthropicBlocks.keys(block, name, ["cache_control", "citations", "text"])
        if text.isEmpty, !Self.isMarked(block) {
            throw AnthropicField.refusal("messages", "text content blocks must be non-empty")
        }
        try checkSpace(text, isFinal: isFinal)
        return text
    }

    /// A block that is not text, whose shape is right.
    private mutating func read(
        _ block: JSON, _ type: String, _ index: Int, _ place: String, isUser: Bool
    ) throws(ProviderError) {
        switch type {
        case "tool_result":
            guard isUser else { throw Self.misplaced(type, "user", index) }
            try order.result(block["tool_use_id"]?.stringValue ?? "", place)
            endsWithToolResult = true
        case "tool_use":
            guard !isUser else { throw Self.misplaced(type, "assistant", index) }
            try order.call(block["id"]?.stringValue ?? "", in: index)
            if let name = block["name"]?.stringValue { calledTools.append(name) }
        case "thinking", "redacted_thinking":
            if isUser { throw Self.misplaced(type, "assistant", index) }
        default: break
        }
    }

    private static func misplaced(_ type: String, _ role: String, _ index: Int) -> ProviderError {
        AnthropicField.refusal(
            "messages.\(index)", "`\(type)` blocks can only be in `\(role)` messages")
    }
}
