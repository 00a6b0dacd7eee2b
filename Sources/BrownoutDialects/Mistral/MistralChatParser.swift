import BrownoutEngine
import BrownoutJSON

/// Reads and checks the bodies of `POST /v1/chat/completions` and `POST /v1/fim/completions`.
enum MistralChatParser {
    /// What both take.
    private static let shared: [String] = [
        "model", "temperature", "top_p", "max_tokens", "min_tokens", "stream", "stop",
        "random_seed", "metadata",
    ]
    /// What a chat takes (the SDK's `chatcompletionrequest.py`).
    private static let chat =
        shared + [
            "messages", "tools", "tool_choice", "response_format", "presence_penalty",
            "frequency_penalty", "repetition_penalty", "top_k", "n", "prediction",
            "parallel_tool_calls", "prompt_mode", "reasoning_effort", "guardrails", "safe_prompt",
            "prompt_cache_key", "service_tier", "logprobs", "top_logprobs", "prompt_logprobs",
            "top_prompt_logprobs",
        ]
    private static let fill = shared + ["prompt", "suffix"]

    /// `isMistral`: other providers of its API have parameters of their own, which are let through.
    static func parse(
        _ body: Result<JSON, IncomingRequest.BodyProblem>, isMistral: Bool
    ) throws(ProviderError) -> ChatRequest {
        guard case .success(let json) = body, case .object = json else {
            throw MistralErrors.notJSON
        }
        var fields = MistralFields(json, at: [])
        if isMistral { fields.allow(chat) }
        fields.require("messages")
        var request = common(&fields)
        let messages = MistralMessages(fields.list("messages") ?? [])
        fields.add(messages.problems)
        request.userText = messages.userText
        request.endsWithToolResult = messages.endsWithToolResult
        request.calledTools = messages.calledTools
        request.promptTokens = messages.tokens
        request.choices = fields.integer("n", from: 1).map { min($0, 128) } ?? 1
        fields.decimal("presence_penalty", in: ("-2", "2"))
        fields.decimal("frequency_penalty", in: ("-2", "2"))
        request.parallelToolCalls = fields.bool("parallel_tool_calls") ?? true
        _ = fields.bool("safe_prompt")
        readThinking(&request, &fields)
        readFormat(&request, &fields)
        let offer = MistralTools(&fields)
        request.tools = offer.tools
        request.toolChoice = offer.choice
        request.promptTokens += offer.tokens
        if messages.mayHoldSchema { request.readShape(of: fields.value("messages")) }
        guard fields.isValid else { throw MistralErrors.invalid(fields.problems) }
        if let refusal = messages.refusal { throw refusal }
        try check(request)
        return request
    }

    /// A completion between two texts, which is answered as a chat.
    static func parseFill(
        _ body: Result<JSON, IncomingRequest.BodyProblem>, isMistral: Bool
    ) throws(ProviderError) -> ChatRequest {
        guard case .success(let json) = body, case .object = json else {
            throw MistralErrors.notJSON
        }
        var fields = MistralFields(json, at: [])
        if isMistral { fields.allow(fill) }
        fields.require("prompt")
        var request = common(&fields)
        request.userText = fields.string("prompt") ?? ""
        request.promptTokens =
            TokenEstimate.count(request.userText)
            + TokenEstimate.count(fields.string("suffix") ?? "")
        guard fields.isValid else { throw MistralErrors.invalid(fields.problems) }
        try check(request)
        return request
    }

    private static func common(_ fields: inout MistralFields) -> ChatRequest {
        fields.require("model")
        var request = ChatRequest(
            model: fields.string("model") ?? "", stream: fields.bool("stream") ?? false)
        fields.decimal("temperature", in: ("0", "1.5"))
        fields.decimal("top_p", in: ("0", "1"))
        request.maxTokens = fields.integer("max_tokens", from: 0)
        _ = fields.integer("random_seed", from: 0)
        switch fields.value("stop") {
        case nil: break
        case .string(let text)?: request.stop = [text]
        case .array(let items)?:
            request.stop = items.compactMap(\.stringValue)
            if request.stop.count != items.count {
                fields.add("string_type", "stop", "Input should be a valid string", .array(items))
            }
        case let other?:
            fields.add("string_type", "stop", "Input should be a valid string", other)
        }
        return request
    }

    /// Some models think always, others when they are asked to.
    private static func readThinking(_ request: inout ChatRequest, _ fields: inout MistralFields) {
        let effort = fields.word(
            "reasoning_effort", of: ["none", "minimal", "low", "medium", "high", "xhigh"])
        let mode = fields.string("prompt_mode")
        request.thinks =
            MistralModels.reasons(request.model)
            || mode == "reasoning" || effort != nil && effort != "none"
    }

    private static func readFormat(_ request: inout ChatRequest, _ fields: inout MistralFields) {
        guard let format = fields.value("response_format") else { return }
        var inside = MistralFields(format, at: ["response_format"])
        let type = inside.word("type", of: ["text", "json_object", "json_schema"])
        if type == "json_schema" {
            inside.require("json_schema")
            if let schema = inside.value("json_schema") {
                var named = MistralFields(schema, at: ["response_format", "json_schema"])
                named.require("name")
                named.require("schema")
                inside.add(named.problems)
            }
        }
        fields.add(inside.problems)
        if inside.isValid { request.responseFormat = format }
    }

    private static func check(_ request: ChatRequest) throws(ProviderError) {
        guard !request.model.isEmpty, request.model.utf8.count <= ChatRequest.longestModel else {
            throw MistralErrors.unknownModel(request.model)
        }
        let window = MistralModels.window(of: request.model)
        if request.promptTokens > window {
            throw MistralErrors.tooLong(request.model, prompt: request.promptTokens)
        }
    }
}
