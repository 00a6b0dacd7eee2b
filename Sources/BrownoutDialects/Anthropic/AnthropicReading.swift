import BrownoutWire

extension StreamForm {
    /// Anthropic's streams (wire facts, 6.3).
    static let anthropic = StreamForm(
        .sse, end: .event("message_stop"), namesEvents: true,
        ping: Ping("ping", #"{"type":"ping"}"#))
}

extension AnswerReading {
    /// Anthropic's blocks and the deltas that bring them (wire facts, 6.3). A stream begins with the
    /// message as it is before anything is said.
    static let anthropic = AnswerReading(
        texts: [
            "content[].text", "content[].thinking",
            "content_block.text", "content_block.thinking",
            "delta.text", "delta.thinking", "delta.partial_json",
        ],
        values: ["content[].input"],
        argumentMarks: [
            "\"partial_json\":\"", "\"partial_json\": \"", "\"input\":{", "\"input\": {",
        ],
        lists: ["content", "data", "message.content"],
        bracket: EventBracket(opening: ["message_start", "ping"], closing: 2),
        delta: Delta(paths: ["delta"]),
        finish: ["delta.stop_reason", "stop_reason"],
        usage: Usage(
            places: ["usage", "message.usage"],
            counts: .loose([
                ["usage.cache_creation_input_tokens", "usage.output_tokens"],
                ["message.usage.cache_creation_input_tokens"],
            ]),
            kinds: .anthropic),
        models: ["model", "message.model"],
        ids: ["id", "message.id"],
        callIDs: ["content_block.id", "content[].id"],
        calls: Calls(
            items: ["content[]"], type: "tool_use", names: ["name"], arguments: ["input"]),
        furtherEnds: ["error"])
}

extension AnswerReading.Kinds {
    /// Anthropic's usage, of which the parts of the prompt add up, and what the counting of tokens
    /// answers (wire facts, 6.2 and 6.3). Thinking is not counted by itself.
    static let anthropic = AnswerReading.Kinds(
        prompt: [
            ["usage.input_tokens", "message.usage.input_tokens", "input_tokens"],
            written, cached,
        ], completion: ["usage.output_tokens"], cached: cached, written: written)

    private static let cached: [JSONPath] = [
        "usage.cache_read_input_tokens", "message.usage.cache_read_input_tokens",
    ]
    private static let written: [JSONPath] = [
        "usage.cache_creation_input_tokens", "message.usage.cache_creation_input_tokens",
    ]
}
