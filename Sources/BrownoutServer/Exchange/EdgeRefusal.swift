/// What the edge in front of a provider answers by itself: to bytes that never became a request.
enum EdgeRefusal {
    case notHTTP
    /// Nobody is there to be answered: the client left amid a request.
    case clientLeft
    /// The client ended its side amid a request, and took the answer.
    case brokenOff
    /// On a connection that speaks HTTP/2, which is told by GOAWAY.
    case notHTTP2
    case headTooLarge
    case headTooSlow
    case bodyTooSlow
    case tooManyBodies

    var status: Int {
        switch self {
        case .notHTTP, .notHTTP2, .clientLeft, .brokenOff: 400
        case .headTooSlow, .bodyTooSlow: 408
        case .headTooLarge: 431
        case .tooManyBodies: 503
        }
    }

    private var reason: String {
        switch self {
        case .notHTTP, .notHTTP2, .clientLeft, .brokenOff: "Bad Request"
        case .headTooSlow, .bodyTooSlow: "Request Timeout"
        case .headTooLarge: "Request Header Fields Too Large"
        case .tooManyBodies: "Service Unavailable"
        }
    }

    /// For metrics.
    var label: String {
        switch self {
        case .notHTTP: "not-http"
        case .clientLeft: "client-left"
        case .brokenOff: "broken-off"
        case .notHTTP2: "not-http2"
        case .headTooLarge: "head-too-large"
        case .headTooSlow: "head-too-slow"
        case .bodyTooSlow: "body-too-slow"
        case .tooManyBodies: "too-many-bodies"
        }
    }

    /// For the journal.
    var note: String {
        switch self {
        case .notHTTP: "the bytes are not an HTTP/1 request"
        case .clientLeft: "the client left \(EdgeRefusal.placeInHead)"
        case .brokenOff: "the client ended its side \(EdgeRefusal.placeInHead)"
        case .notHTTP2: "the client broke the rules of HTTP/2, or sent too much of what costs"
        case .headTooLarge: "limit: the head of the request is too large"
        case .headTooSlow: "limit: the head of the request took too long"
        case .bodyTooSlow: "limit: the body of the request took too long"
        case .tooManyBodies: "limit: too many bytes of bodies are being received"
        }
    }

    /// Where a request broke off whose head is not whole.
    static let placeInHead = "amid the head of its request: it broke off"

    /// What the answer says.
    var page: String { "<html><body><h1>\(status) \(reason)</h1></body></html>\n" }

    /// The whole answer as HTTP/1.1 has it, after which the connection is closed.
    func answer(date: String) -> String {
        let page = page
        return "HTTP/1.1 \(status) \(reason)\r\ndate: \(date)\r\ncontent-type: text/html\r\n"
            + "content-length: \(page.utf8.count)\r\nconnection: close\r\n\r\n\(page)"
    }
}
