import BrownoutJSON
import BrownoutServer

/// One thing the control port does. The table of them (``RouteTable``) feeds routing, the texts of
/// 404 and 405, the journal's names of actions, and `/openapi.json`.
struct ControlRoute: Sendable {
    enum Method: String, Sendable, CaseIterable {
        case get = "GET"
        case put = "PUT"
        case patch = "PATCH"
        case post = "POST"
        case delete = "DELETE"
    }

    /// What a request's body may be.
    struct Body: Sendable {
        enum Language: Sendable {
            case json
            /// And JSON, which is YAML.
            case yaml
        }

        var language: Language
        /// What it is called in the OpenAPI document.
        var schema: JSON
        var isRequired: Bool
        var example: JSON
    }

    /// What an answer that is a success is.
    struct Success: Sendable {
        var status = 200
        var summary: String
        var contentType = "application/json"
        var schema: JSON
        var links: [Link] = []
    }

    /// Where an answer has what another operation takes.
    struct Link: Sendable {
        /// The name of the other route.
        var operation: String
        var parameter: String
        /// A JSON Pointer into the answer.
        var place: String
    }

    var method: Method
    var path: PathTemplate
    /// Known to the OpenAPI document and, of an action, to the journal.
    var name: String
    var summary: String
    /// What a reader may want to know besides.
    var detail: String?
    var query: [ControlQuery.Parameter] = []
    var body: Body?
    var success: Success
    /// Statuses of errors that only the handler knows to give, each with when.
    var errors: [(status: Int, when: String)] = []
    /// Whether it answers without a token, though less.
    var isOpen = false
    var handle: @Sendable (ControlCall) async throws -> ControlAnswer

    /// Whether it changes the server, which the journal remembers.
    var isAction: Bool { method != .get }
}

/// A request that was found right as far as the table knows.
struct ControlCall: Sendable {
    var server: ControlledServer
    /// Nil: the server keeps no journal.
    var journal: JournalReading?
    /// The values of the path's parameters.
    var path: [String: String]
    var query: ControlQuery
    /// Empty: there is none.
    var body: [UInt8]
    /// False: without the token that the server wants.
    var isTrusted: Bool
    /// Whether there is a token to show.
    var wantsToken: Bool
}

/// What a handler answers.
struct ControlAnswer: Sendable {
    enum Body: Sendable {
        case json(JSON)
        /// The text of a JSON value that is not worth a tree.
        case jsonText([UInt8])
        case text(String)
        case events(EventSubscription)
    }

    var body: Body
    /// For the journal: the session an action was about, and more about it.
    var session: String?
    var logged: JSON = .object([])

    init(_ json: JSON) {
        body = .json(json)
    }

    init(_ json: JSON, session: String?, logged: JSON = .object([])) {
        body = .json(json)
        self.session = session
        self.logged = logged
    }

    init(_ body: Body) {
        self.body = body
    }
}
