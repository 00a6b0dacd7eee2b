import BrownoutEngine
import BrownoutJSON
import BrownoutWire

/// Mistral: OpenAI's form with errors, heads, ids and chunks of its own (wire facts, 8).
struct MistralDialect: OpenAIStyle {
    let types = ContentTypes()

    func callID(_ call: Reply.ToolCall) -> String? { MistralCompletion.callID(call) }

    func head(
        _ status: Int, _ contentType: String, _ context: AnswerContext, promptTokens: Int,
        exhausted: Exhaustion?, extra: HeaderBlock
    ) -> ResponseHead {
        MistralHead.head(
            status, contentType, context, promptTokens: promptTokens, exhausted: exhausted,
            extra: extra)
    }

    func body(_ chat: ChatRequest, _ reply: Reply, _ context: AnswerContext) -> Answer.Body {
        let completion = MistralCompletion(chat, reply, context)
        return chat.stream
            ? .events(MistralChatStream(completion).stream) : .whole(completion.body())
    }

    /// Mistral answers texts as chats.
    func body(_ text: TextRequest, _ reply: Reply, _ context: AnswerContext) -> Answer.Body {
        body(text.chat, reply, context)
    }

    func embeddings(
        _ request: EmbeddingRequest, _ context: AnswerContext, vector: (Int) -> [Float]
    ) -> Answer {
        plain(
            MistralEmbeddings.body(request, context, vector: vector), context,
            promptTokens: request.promptTokens)
    }

    func moderations(
        _ request: ModerationRequest, _ judgements: [Moderation], _ context: AnswerContext
    ) -> Answer {
        plain(
            MistralModerations.body(request, judgements, context), context,
            promptTokens: request.promptTokens)
    }

    func models() -> [UInt8] { MistralModels.list() }

    func model(_ id: String) -> [UInt8] { MistralModels.single(id) }

    func error(
        _ fault: CauseFault, _ facts: RequestFacts, promptTokens: Int, delay: Duration,
        _ limits: LimitStatus
    ) -> ProviderError {
        MistralErrors.error(fault, facts, promptTokens: promptTokens)
    }

    /// Whoever has begun to stream is behind the gateway, so what breaks off has Mistral's own
    /// envelope. In the form of the others, as nobody has shown such an event.
    func errorEvents(
        _ fault: CauseFault, _ request: ParsedRequest, _ context: AnswerContext
    ) -> [StreamEvent] {
        var error = MistralErrors.error(fault, request.facts, promptTokens: request.promptTokens)
        if error.envelope == .gateway {
            error = MistralErrors.refusal(error.message, status: error.status)
        }
        return [StreamEvent(nil, body(error, context))]
    }

    /// Mistral's envelope has the members of the error itself; what its gateway says has another.
    func body(_ error: ProviderError, _ context: AnswerContext) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        if error.envelope == .gateway {
            if error.status == 401 {
                writer.field("detail", error.message)
            } else {
                writer.field("message", error.message)
                writer.field("request_id", RequestID.text(context.exchange, .hex("")))
            }
        } else {
            writer.field("object", "error")
            writer.field("message", error.problems ?? .string(error.message))
            writer.field("type", error.type)
            writer.field("param", error.param)
            writer.field("code", error.code)
            writer.field("raw_status_code", error.status)
        }
        writer.endObject()
        return writer.bytes
    }
}
