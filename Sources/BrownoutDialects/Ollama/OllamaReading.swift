import BrownoutWire

extension StreamForm {
    /// Ollama's streams (wire facts, 10).
    static let ollama = StreamForm(.ndjson, end: .flag("done"))
}

extension AnswerReading {
    /// Ollama's messages and responses (wire facts, 10), and what OpenAI's paths answer.
    static let ollama: AnswerReading = {
        let compatible = AnswerReading.openAI
        return AnswerReading(
            texts: compatible.texts + [
                "message.content", "message.thinking", "response", "thinking",
            ],
            values: ["message.tool_calls[].function.arguments"],
            argumentMarks: compatible.argumentMarks + [
                "\"arguments\":{", "\"arguments\": {",
            ],
            lists: compatible.lists + ["embeddings", "embedding", "models", "message", "response"],
            delta: Delta(paths: ["choices[].delta", "message", "response"]),
            finish: compatible.finish + ["done_reason"],
            usage: Usage(
                places: ["usage", "prompt_eval_count", "eval_count"],
                counts: .loose([
                    ["usage.completion_tokens"], ["usage.prompt_tokens"], ["eval_count"],
                    ["prompt_eval_count"],
                ]),
                kinds: AnswerReading.Kinds(
                    prompt: [["prompt_eval_count", "usage.prompt_tokens"]],
                    completion: ["eval_count", "usage.completion_tokens"]),
                emptyList: "choices"),
            models: ["model"],
            ids: ["id"],
            callIDs: compatible.callIDs + ["message.tool_calls[].id"],
            calls: Calls(
                items: compatible.calls.items + ["message.tool_calls[]"],
                names: compatible.calls.names, arguments: compatible.calls.arguments),
            created: compatible.created + [Created(path: "created_at", form: .timestamp)])
    }()
}

extension RequestReading {
    /// Ollama streams unless it is told not to; what steers its sampling is in `options`.
    static let ollama: RequestReading = {
        var reading = RequestReading()
        reading.chat =
            common + [
                .init("think", .plain, tag: 28), .init("format", .plain, tag: 29),
                .init("options", .plain, tag: 30),
            ]
        reading.message =
            commonOfMessages + [
                .init("images", .plain), .init("thinking", .plain), .init("tool_name", .plain),
            ]
        reading.asides += ["keep_alive"]
        reading.stream = .member("stream", absent: true)
        reading.usageSwitch = "stream_options.include_usage"
        return reading
    }()
}
