import BrownoutEngine
import BrownoutJSON

/// Reads and checks the body of `POST /v1/messages`. Fields it does not know are accepted, as
/// clients are ahead of any list.
struct AnthropicChatParser {
    private var model: JSON?
    private var messages: JSON?
    private var system: JSON?
    private var maxTokens: JSON?
    private var stream: JSON?
    private var temperature: JSON?
    private var topP: JSON?
    private var topK: JSON?
    private var stopSequences: JSON?
    private var tools: JSON?
    private var toolChoice: JSON?
    private var thinking: JSON?
    private var outputFormat: JSON?
    private var outputConfig: JSON?
    private var cacheControl: JSON?

    /// Where tokens are only counted, there is no limit to an answer.
    static func parse(
        _ body: Result<JSON, IncomingRequest.BodyProblem>, onlyCounts: Bool = false
    ) throws(ProviderError) -> ChatRequest {
        switch body {
        case .success(.object(let members)):
            var parser = AnthropicChatParser(members)
            if onlyCounts {
                // Fields of other requests are not looked at, nor is a limit missed.
                (parser.maxTokens, parser.stream) = (.number(JSONNumber(Int.max)), nil)
            }
            return try parser.request()
        case .success(.null):
            throw AnthropicField.refusal("The request body is empty; a JSON object is required.")
        case .success:
            throw AnthropicField.refusal("Input should be a valid dictionary or object")
        case .failure(.notJSON(let error)):
            throw AnthropicField.refusal(
                "The request body is not valid JSON: \(error.message) (char \(error.offset))")
        case .failure(let problem):
            try AnthropicErrors.checkCoding(problem)
            throw AnthropicErrors.tooLarge
        }
    }

    private init(_ members: [JSONMember]) {
        for member in members {
            switch (member.key.utf8.count, member.key) {
            case (5, "model"): model = member.value
            case (5, "tools"): tools = member.value
            case (5, "top_p"): topP = member.value
            case (5, "top_k"): topK = member.value
            case (6, "stream"): stream = member.value
            case (6, "system"): system = member.value
            case (8, "messages"): messages = member.value
            case (8, "thinking"): thinking = member.value
            case (10, "max_tokens"): maxTokens = member.value
            case (11, "temperature"): temperature = member.value
            case (11, "tool_choice"): toolChoice = member.value
            case (13, "cache_control"): cacheControl = member.value
            case (13, "output_format"): outputFormat = member.value
            case (13, "output_config"): outputConfig = member.value
            case (14, "stop_sequences"): stopSequences = member.value
            default: break
            }
        }
    }

    private func request() throws(ProviderError) -> ChatRequest {
        let model = try AnthropicField.string(model, "model")
        guard !model.isEmpty else {
            throw AnthropicField.refusal("model", "String should have at least 1 character")
        }
        guard model.utf8.count <= ChatRequest.longestModel else {
            throw AnthropicErrors.unknownModel(model)
        }
        let conversation = try AnthropicConversation(messages, system: system)
        guard let limit = try AnthropicField.integer(maxTokens, "max_tokens") else {
            throw AnthropicField.missing("max_tokens")
        }
        guard limit >= 1 else {
            throw AnthropicField.refusal("max_tokens", "must be greater than or equal to 1")
        }
        var request = ChatRequest(
            model: model, stream: try AnthropicField.bool(stream, "stream") ?? false)
        request.maxTokens = limit
        request.userText = conversation.userText
        request.endsWithToolResult = conversation.endsWithToolResult
        request.promptTokens = conversation.tokens
        try AnthropicField.fraction(temperature, "temperature")
        try AnthropicField.fraction(topP, "top_p")
        if let topK = try AnthropicField.integer(topK, "top_k"), topK < 0 {
            throw AnthropicField.refusal("top_k", "Input should be greater than or equal to 0")
        }
        if let stopSequences, !stopSequences.isNull {
            let items = try AnthropicField.array(stopSequences, "stop_sequences")
            for (index, item) in items.enumerated() {
                request.stop.append(try AnthropicField.string(item, "stop_sequences.\(index)"))
            }
        }
        request.thinks = try thinks(limit: limit)
        request.responseFormat = format
        let offer = try AnthropicTools(tools, choice: toolChoice)
        request.tools = offer.tools
        request.toolChoice = offer.choice
        request.parallelToolCalls = offer.parallel
        request.promptTokens += offer.tokens
        request.cacheable = try AnthropicCaching.prompt(
            model: model, tools: tools, system: system, messages: messages,
            automatic: cacheControl, settings: [toolChoice, thinking])
        return request
    }

    private func thinks(limit: Int) throws(ProviderError) -> Bool {
        guard let thinking, !thinking.isNull else { return false }
        guard case .object = thinking else {
            throw AnthropicField.refusal("thinking", "Input should be an object")
        }
        let type = try AnthropicField.string(thinking["type"], "thinking.type")
        switch type {
        case "disabled": return false
        case "adaptive": return true
        case "enabled":
            guard
                let budget = try AnthropicField.integer(
                    thinking["budget_tokens"], "thinking.enabled.budget_tokens")
            else { throw AnthropicField.missing("thinking.enabled.budget_tokens") }
            guard budget >= 1024 else {
                throw AnthropicField.refusal(
                    "thinking.enabled.budget_tokens",
                    "Input should be greater than or equal to 1024")
            }
            guard budget < limit else {
                throw AnthropicField.refusal(
                    "`max_tokens` must be greater than `thinking.budget_tokens`. Please consult "
                        + "our documentation at https://docs.claude.com/en/docs/build-with-claude/"
                        + "extended-thinking#max-tokens-and-context-window-size")
            }
            return true
        default:
            throw AnthropicField.refusal(
                "thinking",
                "Input tag '\(type.prefix(100))' found using 'type' does not match any of the "
                    + "expected tags: 'adaptive', 'disabled', 'enabled'")
        }
    }

    /// Structured output (`output_format`, later `output_config.format`) in OpenAI's terms.
    private var format: JSON {
        guard let schema = (outputConfig?["format"] ?? outputFormat)?["schema"] else {
            return .null
        }
        return ["type": "json_schema", "json_schema": ["schema": schema]]
    }
}
