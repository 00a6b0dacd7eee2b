package import BrownoutEngine
package import BrownoutJSON
package import BrownoutWire

/// What the providers say, in their own words: pure functions of request, reply and context.
package enum Dialects {
    /// The dialect of a name: the one place that tells them apart.
    static func of(_ name: DialectName) -> any Dialect {
        switch name {
        case .openai: OpenAIDialect()
        case .anthropic: AnthropicDialect()
        case .mistral: MistralDialect()
        case .ollama: OllamaDialect()
        }
    }

    /// All of them.
    static let all: [any Dialect] = DialectName.allCases.map(of)

    /// What is to be known of each, in the order of their names.
    package static let profiles = all.map(\.profile)

    /// What is to be known of a dialect.
    package static func profile(_ name: DialectName) -> ProviderProfile { of(name).profile }

    /// All endpoints by operation, each once; last the one of paths that nobody knows.
    package static let endpoints: [Endpoint] = {
        var all: [Endpoint] = []
        let served = profiles.flatMap(\.endpoints)
        for operation in Operation.allCases {
            for endpoint in served where endpoint.operation == operation {
                if !all.contains(endpoint) { all.append(endpoint) }
            }
        }
        return all + [.unknown]
    }()

    /// The provider whose models alone have names like this one; nil: nobody's, or anybody's.
    package static func profile(ofModel model: String) -> ProviderProfile? {
        profiles.first { $0.modelPrefixes.contains(where: model.hasPrefix) }
    }

    // MARK: Answers

    /// The answer of a healthy provider. `reply` is nil for everything but a completion;
    /// embeddings and moderations have functions of their own.
    package static func answer(
        _ request: ParsedRequest, reply: Reply?, context: AnswerContext
    ) -> Answer {
        of(request.facts.dialect).answer(request, reply, context)
    }

    /// The answer to a request for embeddings; `vector` gives the one of an input by its index.
    package static func embeddings(
        _ request: EmbeddingRequest, of dialect: DialectName, context: AnswerContext,
        vector: (Int) -> [Float]
    ) -> Answer {
        of(dialect).embeddings(request, context, vector: vector)
    }

    /// The answer to a request for moderations, with a judgement of each input.
    package static func moderations(
        _ request: ModerationRequest, _ judgements: [Moderation], of dialect: DialectName,
        context: AnswerContext
    ) -> Answer {
        of(dialect).moderations(request, judgements, context)
    }

    /// The provider's answer for a cause: status, body and headers. What Anthropic refuses for
    /// its content is a 200 with `stop_reason: refusal`, streamed where a stream was asked for.
    package static func error(
        _ fault: CauseFault, for request: ParsedRequest, context: AnswerContext
    ) -> Answer {
        var answer = of(request.facts.dialect).error(fault, request, context)
        if let override = fault.override { answer.take(override) }
        return answer
    }

    /// What a stream that began well breaks off with: an error event, or the events of an end that
    /// is none.
    package static func errorEvents(
        _ fault: CauseFault, for request: ParsedRequest, context: AnswerContext
    ) -> [StreamEvent] {
        of(request.facts.dialect).errorEvents(fault, request, context)
    }

    /// What the streams of a dialect have, where an endpoint has none of its own.
    package static func streamForm(_ dialect: DialectName) -> StreamForm {
        profile(dialect).streams
    }

    /// What the streams of an endpoint have.
    package static func streamForm(_ dialect: DialectName, of endpoint: Endpoint) -> StreamForm {
        profile(dialect).streams(of: endpoint)
    }

    /// Whether some streams of a dialect have what a fault is about.
    package static func streams(of dialect: DialectName, have trait: StreamTrait) -> Bool {
        let profile = profile(dialect)
        return profile.streams.has(trait)
            || profile.paths.contains { $0.streams?.has(trait) == true }
    }

    /// Whether a dialect has an endpoint whose streams have what a fault is about.
    package static func streams(
        of dialect: DialectName, at endpoint: Endpoint, have trait: StreamTrait
    ) -> Bool {
        let profile = profile(dialect)
        return profile.serves(endpoint) && profile.streams(of: endpoint).has(trait)
    }

    /// What the provider says where there is no source for its answer.
    package static func withoutSource(
        status: Int, message: String, code: String, dialect: DialectName
    ) -> ProviderError {
        of(dialect).refusal(.source(status: status, message: message, code: code))
    }

    /// Whether an event's payload or a plain body says why the answer ended.
    package static func isFinished(_ payload: [UInt8], of dialect: DialectName) -> Bool {
        let text = String(decoding: payload, as: UTF8.self)
        guard let json = try? JSON.parse(text) else { return false }
        return profile(dialect).answers.isFinished(json)
    }

    /// The calls of tools that a reply asks the client for, but for those without an id.
    package static func offeredCalls(
        _ reply: Reply, of dialect: DialectName
    ) -> [OfferedCall] {
        guard reply.choices.contains(where: { !$0.toolCalls.isEmpty }) else { return [] }
        let dialect = of(dialect)
        return reply.choices.flatMap(\.toolCalls).compactMap { call in
            dialect.callID(call).map {
                OfferedCall(
                    id: $0, name: call.name, digest: SipHash.word(call.arguments.text))
            }
        }
    }

    // MARK: Ids

    /// The provider-native request id that carries an exchange; nil: the provider has none.
    package static func requestID(_ id: ExchangeID, dialect: DialectName) -> String? {
        profile(dialect).requestIDs.map { RequestID.text(id, $0) }
    }

    /// The exchange that a request id carries, or the ray id of a proxy's page, or sixteen bare
    /// hexadecimal digits; nil for an id that is not ours.
    package static func exchange(fromRequestID text: String) -> ExchangeID? {
        RequestID.exchange(text)
    }

    // MARK: Other people's files

    /// The body of a chat request, made of what is known of it.
    package static func request(_ sketch: ChatSketch, of dialect: DialectName) -> JSON {
        of(dialect).request(sketch)
    }

    /// The body of an error whose members somebody else gives.
    package static func errorBody(
        message: JSON, type: JSON, param: JSON, code: JSON, of dialect: DialectName
    ) -> JSON {
        of(dialect).errorBody(message: message, type: type, param: param, code: code)
    }
}

extension ParsedRequest {
    /// Tokens of the prompt; 0 where there is none.
    package var promptTokens: Int {
        switch intent {
        case .chat(let chat), .countTokens(let chat): chat.promptTokens
        case .complete(let text): text.chat.promptTokens
        case .embed(let request): request.promptTokens
        case .moderate(let request): request.promptTokens
        case .listModels, .model, .info, .refuse: 0
        }
    }
}

extension Reply {
    init(saying text: String, to request: ChatRequest) {
        self.init(
            choices: [Choice(text: TokenText(text), finish: .stop)],
            promptTokens: request.promptTokens)
    }
}
