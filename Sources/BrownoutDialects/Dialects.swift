package import BrownoutEngine
import BrownoutJSON
package import BrownoutWire

/// What the providers say, in their own words: pure functions of request, reply and context.
package enum Dialects {
    /// The answer of a healthy provider. `reply` is nil for everything but a completion;
    /// embeddings and moderations have functions of their own.
    package static func answer(
        _ request: ParsedRequest, reply: Reply?, context: AnswerContext
    ) -> Answer {
        switch (request.intent, request.facts.dialect) {
        case (.chat(let chat), .openai):
            OpenAIDialect.answer(chat, reply ?? Reply(saying: "", to: chat), context)
        case (.chat(let chat), .anthropic):
            AnthropicDialect.answer(chat, reply ?? Reply(saying: "", to: chat), context)
        case (.complete(let text), _):
            OpenAIDialect.answer(text, reply ?? Reply(saying: "", to: text.chat), context)
        case (.embed(let request), _):
            embeddings(request, context: context) { _ in
                [Float](repeating: 0, count: request.dimensions)
            }
        case (.moderate(let request), _): moderations(request, [], context: context)
        case (.countTokens(let chat), _): AnthropicDialect.count(chat, context)
        case (.listModels, .openai): OpenAIDialect.plain(OpenAIModels.list(), context)
        case (.listModels(let query), .anthropic):
            AnthropicDialect.plain(
                AnthropicModels.list(query, beta: request.facts.header("anthropic-beta") ?? ""),
                context)
        case (.model(let id), .openai): OpenAIDialect.model(id, context)
        case (.model(let id), .anthropic):
            AnthropicDialect.plain(
                AnthropicModels.single(id, beta: request.facts.header("anthropic-beta") ?? ""),
                context)
        case (.refuse(let error), let dialect): refusal(error, dialect: dialect, context: context)
        }
    }

    /// The answer to a request for embeddings; `vector` gives the one of an input by its index.
    package static func embeddings(
        _ request: EmbeddingRequest, context: AnswerContext, vector: (Int) -> [Float]
    ) -> Answer {
        OpenAIEmbeddings.answer(request, context, vector: vector)
    }

    /// The answer to a request for moderations, with a judgement of each input.
    package static func moderations(
        _ request: ModerationRequest, _ judgements: [Moderation], context: AnswerContext
    ) -> Answer {
        OpenAIModerations.answer(request, judgements, context)
    }

    /// The provider's answer for a cause: status, body and headers. What Anthropic refuses for
    /// its content is a 200 with `stop_reason: refusal`, streamed where a stream was asked for.
    package static func error(
        _ fault: CauseFault, for request: ParsedRequest, context: AnswerContext
    ) -> Answer {
        var answer =
            switch request.facts.dialect {
            case .openai: OpenAIDialect.error(fault, request, context)
            case .anthropic: AnthropicDialect.error(fault, request, context)
            }
        if let override = fault.override { answer.take(override) }
        return answer
    }

    /// The provider's own 4xx.
    package static func refusal(
        _ error: ProviderError, dialect: DialectName, context: AnswerContext
    ) -> Answer {
        switch dialect {
        case .openai: OpenAIDialect.answer(error, context)
        case .anthropic: AnthropicDialect.answer(error, context)
        }
    }

    /// The bytes of an error event inside a stream that began well.
    package static func errorEvent(
        _ fault: CauseFault, for request: ParsedRequest, context: AnswerContext
    ) -> [UInt8] {
        switch request.facts.dialect {
        case .openai: OpenAIDialect.errorEvent(fault, request, context)
        case .anthropic: AnthropicDialect.errorEvent(fault, request, context)
        }
    }

    /// The provider-native request id that carries an exchange.
    package static func requestID(_ id: ExchangeID, dialect: DialectName) -> String {
        RequestID.text(id, dialect)
    }

    /// The exchange that a request id carries, or the ray id of a proxy's page, or sixteen bare
    /// hexadecimal digits; nil for an id that is not ours.
    package static func exchange(fromRequestID text: String) -> ExchangeID? {
        RequestID.exchange(text)
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
        case .listModels, .model, .refuse: 0
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
