/// What is wrong with a connection as such, before a request or behind an answer.
package enum ConnectionFault: String, FaultWord {
    case acceptFIN = "accept-fin"
    case acceptReset = "accept-reset"
    case finAfterAnswer = "fin-after-answer"
    case finWhileIdle = "fin-while-idle"
    case resetNextRequest = "reset-next-request"

    package static let family = FaultFamily.connection

    package var row: FaultRow {
        switch self {
        case .acceptFIN: .acceptFin
        case .acceptReset: .acceptReset
        case .finAfterAnswer: .finAfterAnswer
        case .finWhileIdle: .finWhileIdle
        case .resetNextRequest: .resetNextRequest
        }
    }
}
