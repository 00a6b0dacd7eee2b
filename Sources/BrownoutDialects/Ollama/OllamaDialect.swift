import BrownoutEngine
import BrownoutJSON
import BrownoutWire

/// Ollama's answers: heads and bodies put together.
struct OllamaDialect {
    /// What `/api/version` says: a release whose answers are like these.
    private static let version = "0.13.5"

    private static func answer(
        _ chat: ChatRequest, _ reply: Reply, _ context: AnswerContext, _ facts: RequestFacts
    ) -> Answer {
        let isChat = facts.endpoint.operation == .chat
        let completion = OllamaCompletion(
            chat, reply, context, isChat: isChat,
            keepsContext: !isChat && facts.body["raw"] != true)
        return Answer(
            head: OllamaHead.head(
                200, chat.stream ? OllamaHead.lines : OllamaHead.json, context),
            body: chat.stream
                ? .events(OllamaStream(completion).stream) : .whole(completion.body()))
    }

    static func plain(_ body: [UInt8], _ context: AnswerContext) -> Answer {
        Answer(
            head: OllamaHead.head(200, OllamaHead.json, context), body: .whole(WholeBody(body)))
    }

    /// The answer to a request that says nothing: the model is in memory now, or no longer. It is
    /// one body, whatever was asked for.
    private static func loaded(
        _ model: String, _ request: ParsedRequest, _ context: AnswerContext
    ) -> Answer {
        let isChat = request.facts.endpoint.operation == .chat
        let isOver = (try? OllamaKeepAlive.isOver(request.facts.body["keep_alive"])) ?? false
        var bytes: [UInt8] = []
        bytes.append(text: "{\"model\":")
        bytes.appendGo(string: model)
        bytes.append(text: ",\"created_at\":\"")
        OllamaTime(context).append(to: &bytes)
        bytes.append(
            text: isChat
                ? "\",\"message\":{\"role\":\"assistant\",\"content\":\"\"}"
                : "\",\"response\":\"\"")
        bytes.append(text: ",\"done\":true,\"done_reason\":")
        bytes.appendGo(string: isOver ? "unload" : "load")
        bytes.append(UInt8(ascii: "}"))
        return plain(bytes, context)
    }

    /// What the server says of itself.
    private static func about(_ request: ParsedRequest, _ context: AnswerContext) -> Answer {
        guard request.facts.endpoint == .root else {
            return plain(Array("{\"version\":\"\(version)\"}".utf8), context)
        }
        return Answer(
            head: OllamaHead.head(200, OllamaHead.text, context),
            body: .whole(WholeBody(Array("Ollama is running".utf8))))
    }

    /// It never asks for a wait by itself.
    private static func retry(_ fault: CauseFault, _ context: AnswerContext) -> HeaderBlock {
        var fault = fault
        if fault.retryAfter == nil { fault.retryAfter = .absent }
        return RetryFields(fault, context, milliseconds: false).fields
    }

    func error(
        _ fault: CauseFault, _ request: ParsedRequest, _ context: AnswerContext
    ) -> Answer {
        Self.answer(
            OllamaErrors.error(fault, request.facts), request, context,
            extra: Self.retry(fault, context))
    }

    /// A line with the error, after which the body ends (wire facts, 10).
    func errorEvents(
        _ fault: CauseFault, _ request: ParsedRequest, _ context: AnswerContext
    ) -> [StreamEvent] {
        let error = OllamaErrors.error(fault, request.facts, isBegun: true)
        let isCompatible = OllamaCompatible.serves(request.facts.endpoint)
        return [
            StreamEvent(
                nil,
                isCompatible ? OllamaCompatible().body(error, context) : Self.body(error))
        ]
    }

    /// An error in the envelope of the path that was asked; nil for `request`: of its own paths.
    private static func answer(
        _ error: ProviderError, _ request: ParsedRequest?, _ context: AnswerContext,
        extra: HeaderBlock = HeaderBlock()
    ) -> Answer {
        if let page = error.page {
            return Answer(
                head: OllamaHead.proxy(error.status, context, extra: extra),
                body: .whole(WholeBody(Array(page.utf8))))
        }
        let isText = error.envelope == .text
        let isCompatible = request.map { OllamaCompatible.serves($0.facts.endpoint) } ?? false
        let json = isCompatible ? OllamaCompatible().body(error, context) : body(error)
        return Answer(
            head: OllamaHead.head(
                error.status, isText ? OllamaHead.ownText : OllamaHead.json, context,
                extra: extra),
            body: .whole(WholeBody(isText ? Array(error.message.utf8) : json)))
    }

    /// Ollama's error envelope (wire facts, 10).
    private static func body(_ error: ProviderError) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(text: "{\"error\":")
        bytes.appendGo(string: error.message)
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }
}

extension OllamaDialect: Dialect {
    func callID(_ call: Reply.ToolCall) -> String? {
        var bytes: [UInt8] = []
        OllamaCompletion.appendID(call.id, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    func answer(_ request: ParsedRequest, _ reply: Reply?, _ context: AnswerContext) -> Answer {
        if case .refuse(let error) = request.intent {
            return Self.answer(error, request, context)
        }
        if OllamaCompatible.serves(request.facts.endpoint) {
            return OllamaCompatible().answer(request, reply, context)
        }
        return switch request.intent {
        case .chat(let chat), .countTokens(let chat):
            Self.answer(chat, reply ?? Reply(saying: "", to: chat), context, request.facts)
        case .embed(let embed):
            embeddings(embed, context) { _ in [Float](repeating: 0, count: embed.dimensions) }
        case .listModels:
            Self.plain(
                request.facts.endpoint == .ps
                    ? OllamaModels.running(context) : OllamaModels.list(), context)
        case .model(let model): Self.plain(OllamaModels.show(model), context)
        case .info(let model) where model.isEmpty: Self.about(request, context)
        case .info(let model): Self.loaded(model, request, context)
        case .refuse(let error): answer(error, context)
        case .complete, .moderate: answer(refusal(.path(method: "POST", path: "")), context)
        }
    }

    func embeddings(
        _ request: EmbeddingRequest, _ context: AnswerContext, vector: (Int) -> [Float]
    ) -> Answer {
        request.endpoint == .embeddings
            ? OllamaCompatible().embeddings(request, context, vector: vector)
            : OllamaEmbeddings.answer(request, context, vector: vector)
    }

    func answer(_ error: ProviderError, _ context: AnswerContext) -> Answer {
        Self.answer(error, nil, context)
    }
}
