package import BrownoutEngine
package import BrownoutJSON

/// A request as the data plane read it, whatever it asks for.
package struct IncomingRequest: Sendable {
    /// Why a body is not usable.
    package enum BodyProblem: Error, Equatable, Sendable {
        case notJSON(JSONParseError)
        case tooLarge(limit: Int)
        /// Small as it came, too large once its codings were undone.
        case tooLargeDecoded(limit: Int)
        /// Not what this `Content-Encoding` says, or cut short.
        case notDecodable(String)
        /// A `Content-Encoding` that we cannot undo, in lower case.
        case unsupportedCoding(String)
        /// The client ended its side of the connection amid the body.
        case cutShort
    }

    /// As it stands on the request line: `POST`.
    package var method: String
    /// Path and query as they came, session and provider prefixes included.
    package var target: String
    /// In the order and with the letters they came in.
    package var headers: HeaderFields
    /// The parsed body; `.success(.null)` where there is none.
    package var body: Result<JSON, BodyProblem>
    /// Where the body, read all the same, has one half of a surrogate pair. Providers refuse it.
    package var loneSurrogate: JSONParseError?
    /// The address that the connection came from; nil where nobody knows it.
    package var client: NetworkAddress?
    /// The protocol it came by. Versions of HTTP/1 are not told apart.
    package var version: HTTPVersion

    package init(
        method: String, target: String, headers: HeaderFields,
        body: Result<JSON, BodyProblem> = .success(.null), loneSurrogate: JSONParseError? = nil,
        client: NetworkAddress? = nil, version: HTTPVersion = .http1
    ) {
        self.method = method
        self.target = target
        self.headers = headers
        self.body = body
        self.loneSurrogate = loneSurrogate
        self.client = client
        self.version = version
    }

    /// Reads the body; nothing changes where there is none.
    package mutating func read(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard !bytes.isEmpty else { return }
        let read = JSON.read(bytes)
        body = read.value.mapError { .notJSON($0) }
        loneSurrogate = read.loneSurrogate
    }
}

/// A request as its provider understands it. It does not change once it is read, and everything
/// that is done about it has the same one in hand: it is too large to be copied.
package final class ParsedRequest: Sendable {
    /// What a healthy provider would do with it.
    package enum Intent: Sendable {
        case chat(ChatRequest)
        /// OpenAI's older completions of texts.
        case complete(TextRequest)
        case embed(EmbeddingRequest)
        case moderate(ModerationRequest)
        /// How many tokens a chat's prompt would have.
        case countTokens(ChatRequest)
        case listModels(ModelQuery)
        case model(String)
        /// What the server says by itself, of itself or of a model, whose name it is; empty: of
        /// none.
        case info(model: String)
        /// The provider's own 4xx.
        case refuse(ProviderError)
    }

    /// What rules, limits and keys look at.
    package let facts: RequestFacts
    /// What to answer as long as no rule decides otherwise.
    package let intent: Intent
    /// What the request would be but for the name of its model, which the provider does not have:
    /// a rule that says what the answer is may answer it all the same.
    package let unlisted: ChatRequest?
    /// What the user of a request that asks for what is not there should know.
    package let advice: Advice?

    package init(
        facts: RequestFacts, intent: Intent, unlisted: ChatRequest? = nil, advice: Advice? = nil
    ) {
        self.facts = facts
        self.intent = intent
        self.unlisted = unlisted
        self.advice = advice
    }

    /// The same request, to be answered in another way.
    package func with(_ intent: Intent) -> ParsedRequest {
        ParsedRequest(facts: facts, intent: intent, unlisted: unlisted, advice: advice)
    }

    /// The same request of somebody else.
    package func with(_ facts: RequestFacts) -> ParsedRequest {
        ParsedRequest(facts: facts, intent: intent, unlisted: unlisted, advice: advice)
    }
}

/// An error in a provider's own words; its envelope and headers come with rendering.
package struct ProviderError: Error, Equatable, Sendable {
    /// The status code of the answer: `429`.
    package var status: Int
    /// `invalid_request_error`, `overloaded_error`, …
    package var type: String
    /// The sentence that clients show; with ``Envelope/text`` it is the whole body.
    package var message: String
    /// OpenAI's `code`; null when nil.
    package var code: String?
    /// OpenAI's `param`; null when nil.
    package var param: String?
    /// Anthropic's `details.error_code`; null details when nil.
    package var detail: String?
    /// Anthropic's `details.unsupported`: what a thread does not go with; none when empty.
    package var unsupported: [String] = []
    /// What stands in place of a message that is more than a text: Mistral's list of what is wrong
    /// with a body.
    package var problems: JSON?
    /// What the message is put in; not looked at where there is a ``page``.
    package var envelope = Envelope.provider
    /// A body that is not the provider's JSON: a proxy's HTML page.
    package var page: String?

    /// What a body is put in.
    package enum Envelope: Sendable {
        /// The provider's own, with the members above.
        case provider
        /// That of what stands before the provider, and knows of no types.
        case gateway
        /// None: the message is the body.
        case text
    }

    package init(
        status: Int, type: String, message: String, code: String? = nil, param: String? = nil,
        detail: String? = nil, problems: JSON? = nil, page: String? = nil
    ) {
        self.status = status
        self.type = type
        self.message = message
        self.code = code
        self.param = param
        self.detail = detail
        self.problems = problems
        self.page = page
    }

    /// An error without a type, which the provider itself does not say.
    init(_ status: Int, in envelope: Envelope, _ message: String) {
        self.init(status: status, type: "", message: message)
        self.envelope = envelope
    }

    /// The same error in a scenario's words, if it has any; then it is never a proxy's page.
    func saying(_ message: String?) -> ProviderError {
        guard let message else { return self }
        var error = self
        error.message = message
        error.problems = nil
        error.page = nil
        return error
    }
}
