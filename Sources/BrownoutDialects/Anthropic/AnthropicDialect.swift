import BrownoutEngine
import BrownoutJSON
import BrownoutWire

/// Anthropic's answers: heads and bodies put together.
struct AnthropicDialect {
    static func answer(_ chat: ChatRequest, _ reply: Reply, _ context: AnswerContext) -> Answer {
        answer(AnthropicMessage(chat, reply, context), isStream: chat.stream, context)
    }

    private static func answer(
        _ message: AnthropicMessage, isStream: Bool, _ context: AnswerContext,
        extra: HeaderBlock = HeaderBlock()
    ) -> Answer {
        let contentType = isStream ? AnthropicHead.events : AnthropicHead.json
        return Answer(
            head: AnthropicHead.head(
                200, contentType, context, promptTokens: message.promptTokens, extra: extra),
            body: isStream
                ? .events(AnthropicMessageStream(message).stream) : .whole(message.body()))
    }

    /// The answer of `POST /v1/messages/count_tokens` (wire facts, 6.5).
    static func count(_ chat: ChatRequest, _ context: AnswerContext) -> Answer {
        var writer = JSONWriter(reservingCapacity: 32)
        writer.beginObject()
        writer.field("input_tokens", chat.promptTokens)
        writer.endObject()
        return plain(writer.bytes, context)
    }

    static func plain(_ body: [UInt8], _ context: AnswerContext) -> Answer {
        Answer(
            head: AnthropicHead.head(200, AnthropicHead.json, context, promptTokens: 0),
            body: .whole(WholeBody(body)))
    }

    func error(
        _ fault: CauseFault, _ request: ParsedRequest, _ context: AnswerContext
    ) -> Answer {
        let retry = RetryFields(fault, context, milliseconds: false)
        // Only a message can end with a refusal.
        if fault.cause == .contentPolicy, request.facts.endpoint != .countTokens {
            return Self.answer(
                Self.refused(fault, request, context), isStream: request.facts.stream, context,
                extra: retry.fields)
        }
        let error = AnthropicErrors.error(
            fault, request.facts, promptTokens: request.promptTokens, context.limits)
        return Self.answer(
            error, context, promptTokens: request.promptTokens,
            exhausted: Exhaustion(fault, delay: retry.delay), extra: retry.fields)
    }

    /// An error event, after which the body ends (wire facts, 6.3). A refusal is no error: it
    /// ends the message with its reason.
    func errorEvents(
        _ fault: CauseFault, _ request: ParsedRequest, _ context: AnswerContext
    ) -> [StreamEvent] {
        if fault.cause == .contentPolicy {
            var delta: [UInt8] = []
            Self.refused(fault, request, context).appendMessageDelta(to: &delta)
            return [
                StreamEvent("message_delta", delta),
                StreamEvent("message_stop", ["type": "message_stop"]),
            ]
        }
        let error = AnthropicErrors.error(
            fault, request.facts, promptTokens: request.promptTokens, context.limits)
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("type", "error")
        writer.key("error")
        writer.beginObject()
        // In events the details come first (wire facts, 6.3), in bodies last (6.4).
        writer.field("details", JSON.null)
        writer.field("type", error.type)
        writer.field("message", error.message)
        writer.endObject()
        writer.field("request_id", RequestID.text(context.exchange, Self.requestIDs))
        writer.endObject()
        return [StreamEvent("error", writer.bytes)]
    }

    static func answer(
        _ error: ProviderError, _ context: AnswerContext, promptTokens: Int = 0,
        exhausted: Exhaustion? = nil, extra: HeaderBlock = HeaderBlock()
    ) -> Answer {
        if let page = error.page {
            return Answer(
                head: ProxyHead.head(error.status, context, extra),
                body: .whole(WholeBody(Array(page.utf8))))
        }
        return Answer(
            head: AnthropicHead.head(
                error.status, AnthropicHead.json, context, promptTokens: promptTokens,
                exhausted: exhausted, extra: extra),
            body: .whole(WholeBody(body(error, context))))
    }

    /// Anthropic's error envelope (wire facts, 6.4).
    private static func body(_ error: ProviderError, _ context: AnswerContext) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("type", "error")
        writer.key("error")
        writer.beginObject()
        writer.field("type", error.type)
        writer.field("message", error.message)
        writer.field("details", details(error))
        writer.endObject()
        writer.field("request_id", RequestID.text(context.exchange, Self.requestIDs))
        writer.endObject()
        return writer.bytes
    }

    private static func details(_ error: ProviderError) -> JSON {
        guard let code = error.detail else { return .null }
        if error.unsupported.isEmpty { return ["error_code": .string(code)] }
        return [
            "error_code": .string(code),
            "unsupported": .array(error.unsupported.map { .string($0) }),
        ]
    }

    /// A message that says nothing and ends with `refusal`.
    private static func refused(
        _ fault: CauseFault, _ request: ParsedRequest, _ context: AnswerContext
    ) -> AnthropicMessage {
        let explanation = AnthropicErrors.error(
            fault, request.facts, promptTokens: request.promptTokens, context.limits
        ).message
        return AnthropicMessage(
            ChatRequest(model: request.facts.model, stream: request.facts.stream),
            Reply(
                choices: [Reply.Choice(finish: .refusal)], promptTokens: request.promptTokens),
            context, explanation: explanation)
    }
}

extension AnthropicDialect: Dialect {
    func callID(_ call: Reply.ToolCall) -> String? { AnthropicMessage.callID(call) }

    func answer(_ request: ParsedRequest, _ reply: Reply?, _ context: AnswerContext) -> Answer {
        switch request.intent {
        case .chat(let chat):
            return Self.answer(chat, reply ?? Reply(saying: "", to: chat), context)
        case .countTokens(let chat): return Self.count(chat, context)
        case .listModels(let query):
            return Self.plain(AnthropicModels.list(query, beta: beta(request)), context)
        case .model(let id):
            return Self.plain(AnthropicModels.single(id, beta: beta(request)), context)
        case .refuse(let error): return answer(error, context)
        case .complete, .embed, .moderate, .info:
            return answer(refusal(.path(method: "POST", path: "")), context)
        }
    }

    private func beta(_ request: ParsedRequest) -> String {
        request.facts.header("anthropic-beta") ?? ""
    }

    func answer(_ error: ProviderError, _ context: AnswerContext) -> Answer {
        Self.answer(error, context)
    }
}
