import BrownoutEngine
import BrownoutJSON
import BrownoutWire

/// The paths of Ollama's that speak OpenAI's form: they are made requests of its own, and its
/// answers and errors are put into that form (Ollama's `openai/openai.go` and `middleware`).
struct OllamaCompatible: OpenAIStyle {
    private let own = OllamaDialect()
    let types = ContentTypes(plain: OllamaHead.json, events: "text/event-stream")

    var profile: ProviderProfile { own.profile }

    /// The endpoints that are its.
    static func serves(_ endpoint: Endpoint) -> Bool {
        switch endpoint {
        case .chatCompletions, .completions, .embeddings, .models, .model: true
        default: false
        }
    }

    func callID(_ call: Reply.ToolCall) -> String? { own.callID(call) }

    // MARK: Reading

    func checkCoding(_ problem: IncomingRequest.BodyProblem) throws(ProviderError) {
        try own.checkCoding(problem)
    }

    func checkKey(_ headers: RequestHeaders) throws(ProviderError) {}

    func parse(_ request: RoutedRequest) throws(ProviderError) -> ParsedRequest.Intent {
        switch request.route.endpoint {
        case .chatCompletions:
            let field = GoField(name: "ChatCompletionRequest")
            let body = try field.body(of: request)
            let native = try OllamaTranslation.chat(body, field)
            let intent = try OllamaParser.intent(native, request, isChat: true)
            guard case .chat(var chat) = intent else { return intent }
            chat.includeUsage = body["stream_options"]?["include_usage"] == true
            return .chat(chat)
        case .completions:
            let field = GoField(name: "CompletionRequest")
            let body = try field.body(of: request)
            let native = try OllamaTranslation.prompt(body, field)
            let intent = try OllamaParser.intent(native, request, isChat: false)
            guard case .chat(var chat) = intent else { return intent }
            chat.includeUsage = body["stream_options"]?["include_usage"] == true
            return .complete(TextRequest(chat: chat, prompts: [.text(chat.userText)]))
        case .embeddings: return .embed(try OllamaEmbeddings.parse(request))
        case .models: return .listModels(ModelQuery())
        default: return .model(try request.knownModel(self))
        }
    }

    func has(_ model: String) -> Bool { own.has(model) }

    func refusal(ofChatWith model: String) -> ProviderError? { own.refusal(ofChatWith: model) }

    func refusal(_ refusal: OwnRefusal) -> ProviderError { own.refusal(refusal) }

    // MARK: Answering

    func head(
        _ status: Int, _ contentType: String, _ context: AnswerContext, promptTokens: Int,
        exhausted: Exhaustion?, extra: HeaderBlock
    ) -> ResponseHead {
        OllamaHead.head(status, contentType, context, extra: extra)
    }

    func body(_ chat: ChatRequest, _ reply: Reply, _ context: AnswerContext) -> Answer.Body {
        body(OllamaChoice(chat, reply, context, isChat: true), isStream: chat.stream)
    }

    func body(_ text: TextRequest, _ reply: Reply, _ context: AnswerContext) -> Answer.Body {
        body(OllamaChoice(text.chat, reply, context, isChat: false), isStream: text.chat.stream)
    }

    private func body(_ choice: OllamaChoice, isStream: Bool) -> Answer.Body {
        isStream ? .events(OllamaChunks(choice).stream) : .whole(choice.body())
    }

    func embeddings(
        _ request: EmbeddingRequest, _ context: AnswerContext, vector: (Int) -> [Float]
    ) -> Answer {
        plain(OpenAIEmbeddings.body(request, vector: vector), context)
    }

    func error(
        _ fault: CauseFault, _ facts: RequestFacts, promptTokens: Int, delay: Duration,
        _ limits: LimitStatus
    ) -> ProviderError { OllamaErrors.error(fault, facts) }

    /// The native error in OpenAI's envelope; what Ollama says of a failing runner amid a stream
    /// stays what it is.
    func body(_ error: ProviderError, _ context: AnswerContext) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(text: "{\"error\":{\"message\":")
        bytes.appendGo(string: error.message)
        bytes.append(text: ",\"type\":")
        bytes.appendGo(string: error.type)
        bytes.append(text: ",\"param\":null,\"code\":null}}")
        return bytes
    }

    func models() -> [UInt8] { OllamaModels.compatibleList() }

    func model(_ id: String) -> [UInt8] { OllamaModels.compatible(id) }

    // MARK: What was recorded

    func plain(
        ofStream body: [UInt8], _ form: StreamForm, _ endpoint: Endpoint, _ promptTokens: Int
    ) -> ConvertedAnswer? {
        OpenAIDialect().plain(ofStream: body, form, endpoint, promptTokens)
    }

    func stream(
        ofPlain json: JSON, _ endpoint: Endpoint, includesUsage: Bool
    ) -> ConvertedAnswer? {
        OpenAIDialect().stream(ofPlain: json, endpoint, includesUsage: includesUsage)
    }

    /// A chunk of which nothing is filled in, as Go writes it.
    func emptyFirstEvent(of form: StreamForm) -> StreamEvent? {
        StreamEvent(
            nil,
            [
                "id": "", "object": "", "created": 0, "model": "", "system_fingerprint": "",
                "choices": [],
            ])
    }

    func errorBody(message: JSON, type: JSON, param: JSON, code: JSON) -> JSON {
        own.errorBody(message: message, type: type, param: param, code: code)
    }
}
