import BrownoutEngine
import BrownoutJSON
import BrownoutWire

/// OpenAI's answers: heads and bodies put together.
struct OpenAIDialect {
    static func answer(_ chat: ChatRequest, _ reply: Reply, _ context: AnswerContext) -> Answer {
        let completion = OpenAICompletion(chat, reply, context)
        let contentType = chat.stream ? OpenAIHead.events : OpenAIHead.json
        return Answer(
            head: OpenAIHead.head(200, contentType, context, promptTokens: chat.promptTokens),
            body: chat.stream
                ? .events(OpenAIChatStream(completion).stream) : .whole(completion.body()))
    }

    static func answer(_ text: TextRequest, _ reply: Reply, _ context: AnswerContext) -> Answer {
        let completion = OpenAITextCompletion(text, reply, context)
        let isStream = text.chat.stream
        return Answer(
            head: OpenAIHead.head(
                200, isStream ? OpenAIHead.events : OpenAIHead.json, context,
                promptTokens: text.chat.promptTokens),
            body: isStream
                ? .events(OpenAITextStream(completion).stream) : .whole(completion.body()))
    }

    static func plain(
        _ body: [UInt8], _ context: AnswerContext, promptTokens: Int = 0
    ) -> Answer {
        Answer(
            head: OpenAIHead.head(200, OpenAIHead.json, context, promptTokens: promptTokens),
            body: .whole(WholeBody(body)))
    }

    func error(
        _ fault: CauseFault, _ request: ParsedRequest, _ context: AnswerContext
    ) -> Answer {
        let retry = RetryFields(fault, context, milliseconds: true)
        let error = OpenAIErrors.error(
            fault, request.facts, promptTokens: request.promptTokens, delay: retry.delay,
            context.limits)
        return Self.answer(
            error, context, promptTokens: request.promptTokens,
            exhausted: Exhaustion(fault, delay: retry.delay), extra: retry.fields)
    }

    /// An error event, after which the body ends without `[DONE]` (wire facts, 1.2).
    func errorEvents(
        _ fault: CauseFault, _ request: ParsedRequest, _ context: AnswerContext
    ) -> [StreamEvent] {
        let retry = RetryFields(fault, context, milliseconds: true)
        let error = OpenAIErrors.error(
            fault, request.facts, promptTokens: request.promptTokens, delay: retry.delay,
            context.limits)
        return [StreamEvent(nil, Self.body(error))]
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
            head: OpenAIHead.head(
                error.status, OpenAIHead.json, context, promptTokens: promptTokens,
                exhausted: exhausted, extra: extra),
            body: .whole(WholeBody(body(error))))
    }

    /// OpenAI's error envelope (wire facts, 4).
    private static func body(_ error: ProviderError) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("error")
        writer.beginObject()
        writer.field("message", error.message)
        writer.field("type", error.type)
        writer.field("param", error.param)
        writer.field("code", error.code)
        writer.endObject()
        writer.endObject()
        return writer.bytes
    }
}

extension OpenAIDialect: Dialect {
    func answer(_ request: ParsedRequest, _ reply: Reply?, _ context: AnswerContext) -> Answer {
        switch request.intent {
        case .chat(let chat), .countTokens(let chat):
            Self.answer(chat, reply ?? Reply(saying: "", to: chat), context)
        case .complete(let text):
            Self.answer(text, reply ?? Reply(saying: "", to: text.chat), context)
        case .embed(let request):
            embeddings(request, context) { _ in [Float](repeating: 0, count: request.dimensions) }
        case .moderate(let request): moderations(request, [], context)
        case .listModels: Self.plain(OpenAIModels.list(), context)
        case .model(let id): Self.plain(OpenAIModels.single(id), context)
        case .refuse(let error): answer(error, context)
        case .about: answer(refusal(.path(method: "GET", path: "")), context)
        }
    }

    func embeddings(
        _ request: EmbeddingRequest, _ context: AnswerContext, vector: (Int) -> [Float]
    ) -> Answer {
        OpenAIEmbeddings.answer(request, context, vector: vector)
    }

    func moderations(
        _ request: ModerationRequest, _ judgements: [Moderation], _ context: AnswerContext
    ) -> Answer {
        OpenAIModerations.answer(request, judgements, context)
    }

    func answer(_ error: ProviderError, _ context: AnswerContext) -> Answer {
        Self.answer(error, context)
    }
}
