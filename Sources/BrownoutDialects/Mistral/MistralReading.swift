import BrownoutWire

extension StreamForm {
    /// Mistral's streams (wire facts, 8), which have no pings.
    static let mistral = StreamForm(.sse, end: .marker("[DONE]"))
}

extension AnswerReading {
    /// Mistral's choices (wire facts, 8): a text, or a list of what was thought and said.
    static let mistral = AnswerReading(
        texts: [
            "choices[].delta.content", "choices[].message.content",
            "choices[].delta.content[].text", "choices[].message.content[].text",
            "choices[].delta.content[].thinking[].text",
            "choices[].message.content[].thinking[].text",
            "choices[].delta.tool_calls[].function.arguments",
            "choices[].message.tool_calls[].function.arguments",
        ],
        argumentMarks: ["\"arguments\":\"", "\"arguments\": \""],
        lists: ["choices", "results", "data"],
        delta: Delta(paths: ["choices[].delta"]),
        finish: ["choices[].finish_reason"],
        usage: Usage(
            places: ["usage"],
            counts: .total(
                "usage.total_tokens", of: ["usage.prompt_tokens", "usage.completion_tokens"]),
            kinds: AnswerReading.Kinds(
                prompt: [["usage.prompt_tokens"]], completion: ["usage.completion_tokens"],
                cached: ["usage.prompt_tokens_details.cached_tokens"])),
        models: ["model"],
        ids: ["id"],
        callIDs: [
            "choices[].delta.tool_calls[].id", "choices[].message.tool_calls[].id",
        ],
        calls: .openAI,
        created: [Created(path: "created", form: .seconds)],
        // An error's `object` is its type, and its `type` says which.
        furtherEnds: ["error"], typeMember: "object")
}

extension RequestReading {
    /// Mistral's own words for a seed and for how a model thinks, and what steers its sampling.
    static let mistral: RequestReading = {
        var reading = RequestReading()
        reading.chat =
            common + [
                .init("random_seed", .plain, tag: 3), .init("prompt_mode", .plain, tag: 28),
                .init("min_tokens", .plain, tag: 29), .init("repetition_penalty", .plain, tag: 30),
                .init("guardrails", .plain, tag: 31), .init("safe_prompt", .plain, tag: 32),
            ]
        return reading
    }()
}
