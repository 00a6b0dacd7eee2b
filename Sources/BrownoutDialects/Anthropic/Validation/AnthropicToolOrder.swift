/// Whether the results of tools answer the calls of the turn before them. Consecutive messages of
/// one role are one turn, as Anthropic takes them.
struct AnthropicToolOrder {
    /// A call, and the message it stands in.
    private struct Call {
        var id: String
        var message: Int
        var isAnswered = false
    }

    /// The calls of the assistant's last turn, and where each stands among them. A request may
    /// have very many, so they are not searched.
    private var calls: [Call] = []
    private var indices: [String: Int] = [:]
    private var seen: Set<String> = []
    private var isUser: Bool?
    /// Whether the user's turn in progress holds anything but results.
    private var hasOther = false

    /// A message of the user or of the assistant begins.
    mutating func message(isUser: Bool) throws(ProviderError) {
        guard isUser != self.isUser else { return }
        if !isUser {
            try end()
            calls = []
            indices = [:]
        }
        hasOther = false
        self.isUser = isUser
    }

    mutating func call(_ id: String, in message: Int) throws(ProviderError) {
        guard seen.insert(id).inserted else {
            throw AnthropicField.refusal("messages", "`tool_use` ids must be unique")
        }
        indices[id] = calls.count
        calls.append(Call(id: id, message: message))
    }

    /// A result; `place` says where it stands.
    mutating func result(_ id: String, _ place: String) throws(ProviderError) {
        guard let index = indices[id] else {
            throw AnthropicField.refusal(
                place,
                "unexpected `tool_use_id` found in `tool_result` blocks: \(id.prefix(100)). Each "
                    + "`tool_result` block must have a corresponding `tool_use` block in the "
                    + "previous message.")
        }
        if calls[index].isAnswered {
            throw AnthropicField.refusal(
                place,
                "each tool_use must have a single result. Found multiple `tool_result` blocks "
                    + "with id: \(id.prefix(100))")
        }
        // Results come before anything else that the user says.
        if !hasOther { calls[index].isAnswered = true }
    }

    /// Content of the user's that is no result.
    mutating func other() { hasOther = true }

    /// The end of the user's turn, or of all messages.
    func end() throws(ProviderError) {
        let open = calls.filter { !$0.isAnswered }
        guard let first = open.first else { return }
        let ids = open.prefix(20).map { String($0.id.prefix(100)) }.joined(separator: ", ")
        throw AnthropicField.refusal(
            "messages.\(first.message)",
            "`tool_use` ids were found without `tool_result` blocks immediately after: \(ids). "
                + "Each `tool_use` block must have a corresponding `tool_result` block in the "
                + "next message.")
    }
}
