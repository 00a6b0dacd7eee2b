import BrownoutEngine
import BrownoutJSON
import BrownoutWire

/// OpenAI itself.
struct OpenAIDialect: OpenAIStyle {
    let types = ContentTypes(saysMilliseconds: true)

    func head(
        _ status: Int, _ contentType: String, _ context: AnswerContext, promptTokens: Int,
        exhausted: Exhaustion?, extra: HeaderBlock
    ) -> ResponseHead {
        OpenAIHead.head(
            status, contentType, context, promptTokens: promptTokens, exhausted: exhausted,
            extra: extra)
    }

    func body(_ chat: ChatRequest, _ reply: Reply, _ context: AnswerContext) -> Answer.Body {
        let completion = OpenAICompletion(chat, reply, context)
        return chat.stream
            ? .events(OpenAIChatStream(completion).stream) : .whole(completion.body())
    }

    func body(_ text: TextRequest, _ reply: Reply, _ context: AnswerContext) -> Answer.Body {
        let completion = OpenAITextCompletion(text, reply, context)
        return text.chat.stream
            ? .events(OpenAITextStream(completion).stream) : .whole(completion.body())
    }

    func embeddings(
        _ request: EmbeddingRequest, _ context: AnswerContext, vector: (Int) -> [Float]
    ) -> Answer {
        plain(
            OpenAIEmbeddings.body(request, vector: vector), context,
            promptTokens: request.promptTokens)
    }

    func moderations(
        _ request: ModerationRequest, _ judgements: [Moderation], _ context: AnswerContext
    ) -> Answer {
        plain(
            OpenAIModerations.body(request, judgements, context), context,
            promptTokens: request.promptTokens)
    }

    func models() -> [UInt8] { OpenAIModels.list() }

    func model(_ id: String) -> [UInt8] { OpenAIModels.single(id) }

    func error(
        _ fault: CauseFault, _ facts: RequestFacts, promptTokens: Int, delay: Duration,
        _ limits: LimitStatus
    ) -> ProviderError {
        OpenAIErrors.error(fault, facts, promptTokens: promptTokens, delay: delay, limits)
    }

    /// OpenAI's error envelope (wire facts, 4).
    func body(_ error: ProviderError, _ context: AnswerContext) -> [UInt8] {
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
