/// What is wrong with a connection as such, before a request or behind an answer.
package enum ConnectionFault: String, FaultWord {
    case acceptFIN = "accept-fin"
    case acceptReset = "accept-reset"
    case finAfterAnswer = "fin-after-answer"
    case finWhileIdle = "fin-while-idle"
    case resetNextRequest = "reset-next-request"

    package var summary: String {
        switch self {
        case .acceptFIN: "a connection is accepted, then closed with FIN before any request"
        case .acceptReset: "a connection is accepted, then reset (RST) before any request"
        case .finAfterAnswer: "FIN right behind a complete answer that promised to stay open"
        case .finWhileIdle: "FIN a while after a complete answer, on an idle connection"
        case .resetNextRequest: "RST when the next request comes on a kept-alive connection"
        }
    }

    package var need: FaultNeed { .nothing }

    /// Decided when a connection is accepted: no request is known then.
    package var isAtAccept: Bool { self == .acceptFIN || self == .acceptReset }
}
