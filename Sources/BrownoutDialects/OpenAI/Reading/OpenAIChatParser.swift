import BrownoutEngine
import BrownoutJSON

/// Reads and checks the body of `POST /v1/chat/completions`.
struct OpenAIChatParser {
    private var model: JSON?
    private var messages: JSON?
    private var stream: JSON?
    private var streamOptions: JSON?
    private var choices: JSON?
    private var tools: JSON?
    private var toolChoice: JSON?
    private var functions: JSON?
    private var functionCall: JSON?
    private var parallelToolCalls: JSON?
    private var maxTokens: JSON?
    private var maxCompletionTokens: JSON?
    private var temperature: JSON?
    private var topP: JSON?
    private var presencePenalty: JSON?
    private var frequencyPenalty: JSON?
    private var seed: JSON?
    private var stop: JSON?
    private var cacheRetention: JSON?
    private var logprobs: JSON?
    private var topLogprobs: JSON?
    private var responseFormat: JSON?
    private var serviceTier: JSON?
    private var parameters = OpenAIParameters()

    /// `isOpenAI`: other providers of its API have parameters of their own, which are let through.
    static func parse(
        _ body: Result<JSON, IncomingRequest.BodyProblem>, isOpenAI: Bool
    ) throws(ProviderError) -> ChatRequest {
        guard case .success(.object(let members)) = body else { throw OpenAIErrors.notJSON }
        let parser = try OpenAIChatParser(members)
        if isOpenAI { try parser.parameters.refuseUnknown() }
        var request = try parser.request()
        try parser.readTier(&request, isOpenAI: isOpenAI)
        if isOpenAI { try OpenAIResponseFormat.check(request.responseFormat, in: parser.messages) }
        return request
    }

    private init(_ members: [JSONMember]) throws(ProviderError) {
        for member in members {
            switch (member.key.utf8.count, member.key) {
            case (1, "n"): choices = member.value
            case (4, "seed"): seed = member.value
            case (4, "stop"): stop = member.value
            case (5, "model"): model = member.value
            case (5, "tools"): tools = member.value
            case (5, "top_p"): topP = member.value
            case (6, "stream"): stream = member.value
            case (8, "logprobs"): logprobs = member.value
            case (8, "messages"): messages = member.value
            case (9, "functions"): functions = member.value
            case (10, "max_tokens"): maxTokens = member.value
            case (11, "temperature"): temperature = member.value
            case (11, "tool_choice"): toolChoice = member.value
            case (12, "top_logprobs"): topLogprobs = member.value
            case (12, "service_tier"):
                try parameters.check(member)
                serviceTier = member.value
            case (13, "function_call"): functionCall = member.value
            case (14, "stream_options"): streamOptions = member.value
            case (15, "response_format"): responseFormat = member.value
            case (16, "presence_penalty"): presencePenalty = member.value
            case (17, "frequency_penalty"): frequencyPenalty = member.value
            case (19, "parallel_tool_calls"): parallelToolCalls = member.value
            case (21, "max_completion_tokens"): maxCompletionTokens = member.value
            case (22, "prompt_cache_retention"):
                try parameters.check(member)
                cacheRetention = member.value
            default: try parameters.check(member)
            }
        }
    }

    private func request() throws(ProviderError) -> ChatRequest {
        let model = try OpenAIField.string(model, "model")
        guard !model.isEmpty else {
            throw OpenAIField.refusal("you must provide a model parameter", nil, nil)
        }
        guard model.utf8.count <= ChatRequest.longestModel else {
            throw OpenAIErrors.unknownModel(model)
        }
        let conversation = try OpenAIConversation(messages, model: model)
        var request = ChatRequest(
            model: model, stream: try OpenAIField.bool(stream, "stream") ?? false)
        request.thinks = OpenAIModels.reasons(model)
        request.userText = conversation.userText
        request.endsWithToolResult = conversation.endsWithToolResult
        request.calledTools = conversation.calledTools
        request.promptTokens = conversation.tokens
        try OpenAIField.decimal(temperature, "temperature", in: 0...2)
        try OpenAIField.decimal(topP, "top_p", in: 0...1)
        try OpenAIField.decimal(presencePenalty, "presence_penalty", in: -2...2)
        try OpenAIField.decimal(frequencyPenalty, "frequency_penalty", in: -2...2)
        _ = try OpenAIField.integer(seed, "seed", in: Int.min...Int.max)
        if OpenAIReasoning.fixesSampling(model) { try checkSampling() }
        request.choices = try OpenAIField.integer(choices, "n", in: 1...128) ?? 1
        request.maxTokens = try limit(reasons: request.thinks)
        try request.readStreamOptions(streamOptions)
        request.stop = try OpenAIField.stopSequences(stop)
        request.responseFormat = try OpenAIResponseFormat.check(responseFormat)
        if conversation.mayHoldSchema { request.readShape(of: messages) }
        try readLogprobs(&request)
        let offer = try offer()
        request.tools = offer.tools
        request.allowedTools = offer.allowed
        request.toolChoice = offer.choice
        request.promptTokens += offer.tokens
        request.parallelToolCalls =
            try OpenAIField.bool(parallelToolCalls, "parallel_tool_calls") ?? true
        try OpenAIWindow(
            model: model, messages: conversation.tokens, functions: offer.tokens,
            answer: request.maxTokens,
            parameter: maxTokens?.intValue == nil ? "max_completion_tokens" : "max_tokens"
        ).check()
        request.cacheable = OpenAICaching.prompt(
            model: model, tokens: request.promptTokens, tools: tools ?? functions,
            messages: messages, retention: cacheRetention)
        return request
    }

    /// What is offered as tools; else what is offered as functions, as before there were tools.
    private func offer() throws(ProviderError) -> OpenAITools {
        let functions = try OpenAITools(functions: functions, call: functionCall)
        let offer = try OpenAITools(tools, choice: toolChoice)
        return offer.tools.isEmpty ? functions : offer
    }

    private func checkSampling() throws(ProviderError) {
        try OpenAIReasoning.check(temperature, "temperature", standard: 1)
        try OpenAIReasoning.check(topP, "top_p", standard: 1)
        try OpenAIReasoning.check(presencePenalty, "presence_penalty", standard: 0)
        try OpenAIReasoning.check(frequencyPenalty, "frequency_penalty", standard: 0)
    }

    /// `max_tokens` is the old name, which reasoning models do not take.
    private func limit(reasons: Bool) throws(ProviderError) -> Int? {
        let old = try OpenAIField.integer(maxTokens, "max_tokens", in: 1...Int.max)
        let new = try OpenAIField.integer(
            maxCompletionTokens, "max_completion_tokens", in: 1...Int.max)
        if old != nil, new != nil {
            throw OpenAIField.refusal(
                "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not "
                    + "supported.", "max_tokens", "invalid_parameter_combination")
        }
        if old != nil, reasons {
            throw OpenAIField.refusal(
                "Unsupported parameter: 'max_tokens' is not supported with this model. "
                    + "Use 'max_completion_tokens' instead.", "max_tokens",
                "unsupported_parameter")
        }
        return new ?? old
    }

    private func readTier(
        _ request: inout ChatRequest, isOpenAI: Bool
    ) throws(ProviderError) {
        guard let word = serviceTier?.stringValue else { return }
        request.serviceTier = ChatRequest.ServiceTier(asked: word)
        // Flex processing is of the reasoning models from o3 on (OpenAI's guide to it).
        if isOpenAI, request.serviceTier == .flex, !OpenAIModelFamily.hasFlex(request.model) {
            throw OpenAIField.refusal("Invalid service_tier argument", "service_tier", nil)
        }
    }

    private func readLogprobs(_ request: inout ChatRequest) throws(ProviderError) {
        request.wantsLogprobs = try OpenAIField.bool(logprobs, "logprobs") ?? false
        request.alternatives =
            try OpenAIField.integer(topLogprobs, "top_logprobs", in: 0...20) ?? 0
        if topLogprobs.map({ !$0.isNull }) ?? false, !request.wantsLogprobs {
            throw OpenAIField.refusal(
                "The 'top_logprobs' parameter is only allowed when 'logprobs' is enabled.",
                "top_logprobs", nil)
        }
    }
}
