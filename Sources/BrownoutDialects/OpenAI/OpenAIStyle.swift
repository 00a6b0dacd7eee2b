import BrownoutEngine
import BrownoutJSON
import BrownoutWire

/// A provider that speaks OpenAI's form: it takes messages and tools and answers with choices, at
/// OpenAI's paths. Its own are the head of its answers, its errors, its models, and how it writes
/// a completion.
protocol OpenAIStyle: Dialect {
    var types: ContentTypes { get }

    /// The head of an answer; `extra` comes first of the fields that are not on every answer.
    func head(
        _ status: Int, _ contentType: String, _ context: AnswerContext, promptTokens: Int,
        exhausted: Exhaustion?, extra: HeaderBlock
    ) -> ResponseHead

    /// The body of a completion, plain or streamed as the chat asks.
    func body(_ chat: ChatRequest, _ reply: Reply, _ context: AnswerContext) -> Answer.Body

    /// The body of a completion of a text, where the provider has such.
    func body(_ text: TextRequest, _ reply: Reply, _ context: AnswerContext) -> Answer.Body

    /// What a cause is here. `delay` is what a rate limit's text asks the client to wait.
    func error(
        _ fault: CauseFault, _ facts: RequestFacts, promptTokens: Int, delay: Duration,
        _ limits: LimitStatus
    ) -> ProviderError

    /// The envelope of an error.
    func body(_ error: ProviderError, _ context: AnswerContext) -> [UInt8]

    /// The body of the list of models.
    func models() -> [UInt8]

    /// The body of one model.
    func model(_ id: String) -> [UInt8]
}

/// What a provider says that its bodies are.
struct ContentTypes: Sendable {
    var plain = "application/json"
    var events = "text/event-stream; charset=utf-8"
    /// Whether an answer that asks for a wait says it in milliseconds too (`retry-after-ms`).
    var saysMilliseconds = false
}

extension OpenAIStyle {
    /// `function_call` has none.
    func callID(_ call: Reply.ToolCall) -> String? {
        call.form == .legacy ? nil : OpenAICompletion.callID(call)
    }

    func answer(_ request: ParsedRequest, _ reply: Reply?, _ context: AnswerContext) -> Answer {
        switch request.intent {
        case .chat(let chat), .countTokens(let chat):
            let reply = reply ?? Reply(saying: "", to: chat)
            return completed(body(chat, reply, context), context, promptTokens: chat.promptTokens)
        case .complete(let text):
            let reply = reply ?? Reply(saying: "", to: text.chat)
            return completed(
                body(text, reply, context), context, promptTokens: text.chat.promptTokens)
        case .embed(let request):
            return embeddings(request, context) { _ in
                [Float](repeating: 0, count: request.dimensions)
            }
        case .moderate(let request): return moderations(request, [], context)
        case .listModels: return plain(models(), context)
        case .model(let id): return plain(model(id), context)
        case .refuse(let error): return answer(error, context)
        case .info: return answer(refusal(.path(method: "GET", path: "")), context)
        }
    }

    /// An answer of status 200 with a body that is whole or a stream.
    private func completed(
        _ body: Answer.Body, _ context: AnswerContext, promptTokens: Int
    ) -> Answer {
        let type = if case .events = body { types.events } else { types.plain }
        return Answer(
            head: head(
                200, type, context, promptTokens: promptTokens, exhausted: nil,
                extra: HeaderBlock()), body: body)
    }

    /// An answer of status 200 with a JSON body.
    func plain(_ body: [UInt8], _ context: AnswerContext, promptTokens: Int = 0) -> Answer {
        completed(.whole(WholeBody(body)), context, promptTokens: promptTokens)
    }

    // MARK: Errors

    func error(
        _ fault: CauseFault, _ request: ParsedRequest, _ context: AnswerContext
    ) -> Answer {
        let retry = RetryFields(fault, context, milliseconds: types.saysMilliseconds)
        let error = error(
            fault, request.facts, promptTokens: request.promptTokens, delay: retry.delay,
            context.limits)
        return answer(
            error, context, promptTokens: request.promptTokens,
            exhausted: Exhaustion(fault, delay: retry.delay), extra: retry.fields)
    }

    /// An error event, after which the body ends without a marker (wire facts, 1.2).
    func errorEvents(
        _ fault: CauseFault, _ request: ParsedRequest, _ context: AnswerContext
    ) -> [StreamEvent] {
        let retry = RetryFields(fault, context, milliseconds: types.saysMilliseconds)
        let error = error(
            fault, request.facts, promptTokens: request.promptTokens, delay: retry.delay,
            context.limits)
        return [StreamEvent(nil, body(error, context))]
    }

    func answer(_ error: ProviderError, _ context: AnswerContext) -> Answer {
        answer(error, context, promptTokens: 0, exhausted: nil, extra: HeaderBlock())
    }

    private func answer(
        _ error: ProviderError, _ context: AnswerContext, promptTokens: Int,
        exhausted: Exhaustion?, extra: HeaderBlock
    ) -> Answer {
        if let page = error.page {
            return Answer(
                head: ProxyHead.head(error.status, context, extra),
                body: .whole(WholeBody(Array(page.utf8))))
        }
        return Answer(
            head: head(
                error.status, types.plain, context, promptTokens: promptTokens,
                exhausted: exhausted, extra: extra),
            body: .whole(WholeBody(body(error, context))))
    }

    // MARK: Recordings and other people's files

    func reply(recorded json: JSON) -> Reply? { Reply(completion: json) }

    func request(_ sketch: ChatSketch) -> JSON {
        var messages: [JSON] = []
        if let system = sketch.system {
            messages.append(["role": "system", "content": .string(system)])
        }
        messages.append(["role": "user", "content": sketch.user])
        if let turn = sketch.turn {
            let call: JSON = [
                "id": turn.id, "type": "function",
                "function": ["name": turn.name, "arguments": "{}"],
            ]
            messages.append(["role": "assistant", "content": nil, "tool_calls": [call]])
            messages.append(["role": "tool", "tool_call_id": turn.id, "content": turn.result])
        }
        var members = [
            JSONMember("model", sketch.model ?? .string(profile.sample.model)),
            JSONMember("messages", .array(messages)),
        ]
        if let name = sketch.tool {
            members.append(
                JSONMember("tools", [["type": "function", "function": ["name": name]]]))
        }
        if let format = sketch.format {
            members.append(JSONMember("response_format", ["type": format]))
        }
        return .object(members)
    }
}
