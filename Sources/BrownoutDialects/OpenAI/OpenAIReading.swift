import BrownoutWire

extension StreamForm {
    /// OpenAI's streams (wire facts, 1.2 and 3). It sends no pings; gateways that speak for others
    /// too send Anthropic's.
    static let openAI = StreamForm(
        .sse, end: .marker("[DONE]"), ping: Ping("ping", #"{"type":"ping"}"#))
}

extension AnswerReading {
    /// OpenAI's choices, plain and streamed, and its older completions; embeddings, moderations and
    /// models are in lists of their own. `reasoning_content` and `reasoning` are what servers that
    /// speak its language call thinking.
    static let openAI = AnswerReading(
        texts: [
            "choices[].delta.content", "choices[].message.content",
            "choices[].delta.refusal", "choices[].message.refusal",
            "choices[].delta.reasoning_content", "choices[].message.reasoning_content",
            "choices[].delta.reasoning", "choices[].message.reasoning",
            "choices[].delta.tool_calls[].function.arguments",
            "choices[].message.tool_calls[].function.arguments",
            "choices[].delta.tool_calls[].custom.input",
            "choices[].message.tool_calls[].custom.input",
            "choices[].delta.function_call.arguments",
            "choices[].message.function_call.arguments",
            "choices[].text",
        ],
        // It pretty-prints its plain bodies and not its chunks; others do as they like.
        argumentMarks: [
            "\"arguments\":\"", "\"arguments\": \"", "\"input\":\"", "\"input\": \"",
        ],
        // Responses and transcriptions, which are only passed on.
        passedTexts: ["delta", "transcript"],
        textIndices: ["index", "output_index", "content_index", "summary_index", "item_id"],
        lists: ["choices", "results", "data"],
        delta: Delta(paths: ["choices[].delta"], instead: AzureFilter.soFar),
        finish: ["choices[].finish_reason"],
        usage: Usage(
            places: ["usage"],
            counts: .total(
                "usage.total_tokens", of: ["usage.prompt_tokens", "usage.completion_tokens"]),
            kinds: .openAI,
            emptyList: "choices"),
        models: ["model"],
        ids: ["id"],
        callIDs: [
            "choices[].delta.tool_calls[].id", "choices[].message.tool_calls[].id",
        ],
        calls: .openAI,
        created: [Created(path: "created", form: .seconds)],
        // Wire facts, 2.2 and 3.
        furtherEnds: [
            "error", "response.completed", "response.failed", "response.incomplete",
            "transcript.text.done", "speech.audio.done", "image_generation.completed",
            "image_edit.completed",
        ])
}

extension AnswerReading.Kinds {
    /// OpenAI's usage (wire facts, 1.1). It does not tell what the cache keeps.
    static let openAI = AnswerReading.Kinds(
        prompt: [["usage.prompt_tokens"]], completion: ["usage.completion_tokens"],
        cached: ["usage.prompt_tokens_details.cached_tokens"],
        thinking: ["usage.completion_tokens_details.reasoning_tokens"])
}

extension AnswerReading.Calls {
    /// The calls of OpenAI's messages, and of those that are like them.
    static let openAI = AnswerReading.Calls(
        items: ["choices[].message.tool_calls[]"], names: ["function.name", "custom.name"],
        arguments: ["function.arguments", "custom.input"])
}
