import BrownoutEngine
package import BrownoutJSON
import BrownoutWire

/// A provider's API: how it reads requests, and what it says. All that is to be known of a provider
/// lies in its own folder; what is outside asks the dialect and not which provider it is.
///
/// Reading and answering are pure functions of their arguments.
protocol Dialect: Sendable {
    var profile: ProviderProfile { get }

    // MARK: Reading

    /// Refuses what the provider's edge does not take, before anyone reads the body.
    func checkCoding(_ problem: IncomingRequest.BodyProblem) throws(ProviderError)

    /// Refuses a request without a key.
    func checkKey(_ headers: RequestHeaders) throws(ProviderError)

    /// What a healthy provider would do with a request to one of its endpoints.
    func parse(_ request: RoutedRequest) throws(ProviderError) -> ParsedRequest.Intent

    /// Whether the provider has a model of this name, of any date.
    func has(_ model: String) -> Bool

    /// What the provider says to a chat with a model; nil where it is one that chats.
    func refusal(ofChatWith model: String) -> ProviderError?

    // MARK: Answering

    /// The answer to a request that is not refused. `reply` is nil for everything but a
    /// completion.
    func answer(_ request: ParsedRequest, _ reply: Reply?, _ context: AnswerContext) -> Answer

    /// The answer to a request for embeddings; `vector` gives the one of an input by its index.
    func embeddings(
        _ request: EmbeddingRequest, _ context: AnswerContext, vector: (Int) -> [Float]
    ) -> Answer

    /// The answer to a request for moderations, with a judgement of each input.
    func moderations(
        _ request: ModerationRequest, _ judgements: [Moderation], _ context: AnswerContext
    ) -> Answer

    /// The answer for a cause: status, body and headers.
    func error(_ fault: CauseFault, _ request: ParsedRequest, _ context: AnswerContext) -> Answer

    /// What a stream that began well breaks off with.
    func errorEvents(
        _ fault: CauseFault, _ request: ParsedRequest, _ context: AnswerContext
    ) -> [StreamEvent]

    /// What Brownout itself refuses, in the provider's words.
    func refusal(_ refusal: OwnRefusal) -> ProviderError

    /// An error in the provider's envelope.
    func answer(_ error: ProviderError, _ context: AnswerContext) -> Answer

    /// The id that an answer gives a call of a tool; nil: such calls have none.
    func callID(_ call: Reply.ToolCall) -> String?

    // MARK: What was recorded

    /// What a plain answer says, so that it can be said in another way; nil for JSON that is no
    /// completion of the dialect's. What a ``Reply`` does not know of is left out.
    func reply(recorded json: JSON) -> Reply?

    /// The plain answer that a recorded stream amounts to; nil where it holds nothing of the
    /// dialect's.
    func plain(
        ofStream body: [UInt8], _ form: StreamForm, _ endpoint: Endpoint, _ promptTokens: Int
    ) -> ConvertedAnswer?

    /// The stream that says what a recorded plain answer says; nil where it is none of the
    /// dialect's.
    func stream(
        ofPlain json: JSON, _ endpoint: Endpoint, includesUsage: Bool
    ) -> ConvertedAnswer?

    /// An event that begins a stream of a form and brings nothing (`empty-first-chunk`); nil where
    /// the dialect has none.
    func emptyFirstEvent(of form: StreamForm) -> StreamEvent?

    // MARK: Other people's files

    /// The body of a chat request, made of what is known of it.
    func request(_ sketch: ChatSketch) -> JSON

    /// The body of an error whose members somebody else gives.
    func errorBody(message: JSON, type: JSON, param: JSON, code: JSON) -> JSON
}

/// What is refused before any provider's own rules are asked, or because Brownout cannot answer.
enum OwnRefusal {
    /// A session that cannot be one.
    case session(String)
    /// A path that nobody serves.
    case path(method: String, path: Substring)
    /// Another method than the endpoint's.
    case method(String, path: Substring, Endpoint)
    case model(String)
    /// A body that broke off.
    case cutShort
    /// No recording and no upstream has an answer: the status, why, and a code for it.
    case source(status: Int, message: String, code: String)
}

extension OwnRefusal {
    /// What is said of a session's name that cannot be one.
    static func text(ofSession name: String) -> String {
        "Session names are 1 to 64 letters, digits, dots, hyphens or underscores, and "
            + "neither '.' nor '..', unlike '\(name.prefix(80))'."
    }
}

/// A request whose provider and endpoint are known.
struct RoutedRequest {
    let incoming: SessionRequest
    let route: Route
    let scenario: Scenario

    var body: Result<JSON, IncomingRequest.BodyProblem> { incoming.request.body }
    var headers: RequestHeaders { incoming.headers }

    /// Whether it comes to the provider itself, with a model that it would have to have.
    var isOfItsOwnModels: Bool {
        guard route.isOriginal else { return false }
        guard !scenario.models.isEmpty, case .success(let body) = body else { return true }
        return !ModelNames.isAdded(body["model"]?.stringValue ?? "", to: scenario)
    }
}

/// A chat as somebody else's file describes it.
package struct ChatSketch: Sendable {
    /// Nil: any that the provider has.
    package var model: JSON?
    /// The system prompt; nil: none.
    package var system: String?
    /// The content of the user's message: a text, or a list of parts.
    package var user: JSON
    /// The call of a tool, and its result, that the conversation ends with.
    package var turn: (id: JSON, name: JSON, result: JSON)?
    /// A tool that is offered.
    package var tool: JSON?
    /// What the answer has to be: `json_object`.
    package var format: JSON?

    package init(model: JSON?, system: String?, user: JSON) {
        self.model = model
        self.system = system
        self.user = user
    }
}

extension Dialect {
    // A provider that has no such endpoint says what it says to a path that it does not know.

    func embeddings(
        _ request: EmbeddingRequest, _ context: AnswerContext, vector: (Int) -> [Float]
    ) -> Answer { answer(refusal(.path(method: "POST", path: "")), context) }

    func moderations(
        _ request: ModerationRequest, _ judgements: [Moderation], _ context: AnswerContext
    ) -> Answer { answer(refusal(.path(method: "POST", path: "")), context) }
}
