import BrownoutEngine
import BrownoutJSON

/// Reads and checks the body of `POST /v1/messages`, and of a request to count its tokens.
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
    private var thread: JSON?
    /// The value of `anthropic-beta`.
    private var beta = ""
    private var onlyCounts = false
    /// What is kept of the conversation that the request goes on with.
    private var resumed: ResumedThread?
    private var isThreaded = false

    /// Where tokens are only counted, there is no limit to an answer. `isAnthropic`: other
    /// providers of its API have fields of their own, which are let through.
    static func parse(
        _ body: Result<JSON, IncomingRequest.BodyProblem>,
        resumed: Result<ResumedThread, ThreadRefusal>? = nil, beta: String, isAnthropic: Bool,
        onlyCounts: Bool = false
    ) throws(ProviderError) -> ChatRequest {
        switch body {
        case .success(.object(let sent)):
            let kept = try? resumed?.get()
            let members = kept?.members ?? sent
            var parser = try AnthropicChatParser(members, isAnthropic: isAnthropic)
            parser.isThreaded = try AnthropicThread.check(
                parser.thread, of: sent, beta: beta, isAnthropic: isAnthropic)
            if case .failure(let refusal)? = resumed { throw AnthropicThread.refusal(refusal) }
            if let name = kept?.repeated { throw AnthropicThread.repeated(name) }
            parser.resumed = kept
            parser.beta = beta
            parser.onlyCounts = onlyCounts
            // Fields of other requests are not looked at.
            if onlyCounts { (parser.maxTokens, parser.stream) = (nil, nil) }
            return try parser.request()
        case .success(.null):
            throw AnthropicJSON.empty
        case .success:
            throw AnthropicField.refusal("Input should be a valid dictionary or object")
        case .failure(.notJSON(let error)):
            throw AnthropicJSON.refusal(error)
        case .failure(let problem):
            try AnthropicErrors.checkCoding(problem)
            throw AnthropicErrors.tooLarge
        }
    }

    private init(_ members: [JSONMember], isAnthropic: Bool) throws(ProviderError) {
        for member in members {
            switch (member.key.utf8.count, member.key) {
            case (5, "model"): model = member.value
            case (5, "tools"): tools = member.value
            case (5, "top_p"): topP = member.value
            case (5, "top_k"): topK = member.value
            case (6, "stream"): stream = member.value
            case (6, "system"): system = member.value
            case (6, "thread"): thread = member.value
            case (8, "messages"): messages = member.value
            case (8, "thinking"): thinking = member.value
            case (10, "max_tokens"): maxTokens = member.value
            case (11, "temperature"): temperature = member.value
            case (11, "tool_choice"): toolChoice = member.value
            case (13, "cache_control"): cacheControl = member.value
            case (13, "output_format"): outputFormat = member.value
            case (13, "output_config"): outputConfig = member.value
            case (14, "stop_sequences"): stopSequences = member.value
            default: try AnthropicParameters.check(member, isAnthropic: isAnthropic)
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
        let conversation = try AnthropicConversation(messages, system: system, model: model)
        let window = AnthropicWindow(model: model, beta: beta)
        let limit = try answerLimit(window)
        var request = ChatRequest(
            model: model, stream: try AnthropicField.bool(stream, "stream") ?? false)
        request.maxTokens = limit
        request.userText = conversation.userText
        request.endsWithToolResult = conversation.endsWithToolResult
        request.calledTools = conversation.calledTools
        request.promptTokens = conversation.tokens
        try AnthropicField.fraction(temperature, "temperature")
        try AnthropicField.fraction(topP, "top_p")
        if let topK = try AnthropicField.integer(topK, "top_k"), topK < 0 {
            throw AnthropicField.refusal("top_k", "Input should be greater than or equal to 0")
        }
        request.stop = try stops()
        let thought = try AnthropicThinking(thinking, limit: limit)
        request.thinks = thought.isOn
        request.responseFormat = try format()
        if conversation.mayHoldSchema { request.readShape(of: messages, system: system) }
        let offer = try AnthropicTools(tools, choice: toolChoice)
        try thought.check(
            temperature: temperature, topP: topP, topK: topK, choice: offer.choice)
        request.tools = offer.tools
        request.toolChoice = offer.choice
        request.parallelToolCalls = offer.parallel
        request.promptTokens += offer.tokens
        if !onlyCounts { try window.check(prompt: request.promptTokens, answer: limit) }
        request.cacheable = try AnthropicCaching.prompt(
            model: model, tools: tools, system: system, messages: messages,
            automatic: cacheControl, settings: [toolChoice, thinking])
        if isThreaded, let messages = messages?.arrayValue {
            request.thread = ThreadTurn(
                continued: resumed?.name,
                thread: resumed.map { $0.kept.saying(Array(messages[$0.kept.messages.count...])) }
                    ?? KeptThread(system: system, tools: tools, messages: messages))
        }
        return request
    }

    /// `max_tokens`; nil where tokens are only counted.
    private func answerLimit(_ window: AnthropicWindow) throws(ProviderError) -> Int? {
        if onlyCounts { return nil }
        guard let limit = try AnthropicField.integer(maxTokens, "max_tokens") else {
            throw AnthropicField.missing("max_tokens")
        }
        guard limit >= 1 else {
            throw AnthropicField.refusal("max_tokens", "must be greater than or equal to 1")
        }
        try window.check(answer: limit)
        return limit
    }

    private func stops() throws(ProviderError) -> [String] {
        guard let stopSequences, !stopSequences.isNull else { return [] }
        var texts: [String] = []
        let items = try AnthropicField.array(stopSequences, "stop_sequences")
        for (index, item) in items.enumerated() {
            let text = try AnthropicField.string(item, "stop_sequences.\(index)")
            if text.allSatisfy(\.isWhitespace) {
                throw AnthropicField.refusal(
                    "stop_sequences", "each stop sequence must contain non-whitespace")
            }
            texts.append(text)
        }
        return texts
    }

    /// Structured output (`output_format`, later `output_config.format`) in OpenAI's terms.
    private func format() throws(ProviderError) -> JSON {
        for (value, place) in [(outputFormat, "output_format"), (outputConfig, "output_config")] {
            if let value, !value.isNull { try AnthropicField.object(value, place) }
        }
        if let effort = outputConfig?["effort"], !effort.isNull {
            try AnthropicField.word(
                effort, "output_config.effort", ["low", "medium", "high", "xhigh", "max"])
        }
        let isOld = outputConfig?["format"] == nil
        let place = isOld ? "output_format" : "output_config.format"
        guard let format = isOld ? outputFormat : outputConfig?["format"], !format.isNull else {
            return .null
        }
        _ = try AnthropicField.tag(format, place, among: ["json_schema"])
        guard let schema = format["schema"] else {
            throw AnthropicField.missing("\(place).json_schema.schema")
        }
        try AnthropicField.object(schema, "\(place).json_schema.schema")
        try AnthropicSchema.check(format: schema, "\(place).schema")
        return ["type": "json_schema", "json_schema": ["schema": schema]]
    }
}
