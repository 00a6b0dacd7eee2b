/// Whether the results of tools answer the calls before them, message by message.
struct OpenAIToolOrder {
    /// Calls of the last assistant message with calls that have no result yet.
    private var pending: [String] = []
    /// Calls of that message, while its results are being read.
    private var called: [String] = []

    /// An assistant's message with calls.
    mutating func calls(_ ids: [String]) {
        pending = ids
        called = ids
    }

    /// A message with the result of a call.
    mutating func result(_ id: String, at index: Int) throws(ProviderError) {
        if called.isEmpty {
            throw OpenAIField.refusal(
                "Invalid parameter: messages with role 'tool' must be a response to a preceeding "
                    + "message with 'tool_calls'.", "messages.[\(index)].role", nil)
        }
        guard called.contains(id) else {
            throw OpenAIField.refusal(
                "Invalid parameter: 'tool_call_id' of '\(id.prefix(100))' not found in "
                    + "'tool_calls' of previous message.", "messages.[\(index)].tool_call_id", nil)
        }
        pending.removeAll { $0 == id }
    }

    /// Any other message, or the end (nil): every call must have its result by now.
    mutating func end(at index: Int?) throws(ProviderError) {
        guard !called.isEmpty else { return }
        if !pending.isEmpty {
            throw OpenAIField.refusal(
                "An assistant message with 'tool_calls' must be followed by tool messages "
                    + "responding to each 'tool_call_id'. The following tool_call_ids did not "
                    + "have response messages: "
                    + pending.prefix(20).map { String($0.prefix(100)) }.joined(separator: ", "),
                index.map { "messages.[\($0)].role" } ?? "messages", nil)
        }
        called = []
    }
}
