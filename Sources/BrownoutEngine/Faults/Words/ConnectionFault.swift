/// What is wrong with a connection as such, before a request or behind an answer.
package enum ConnectionFault: String, FaultWord {
    case acceptFIN = "accept-fin"
    case acceptReset = "accept-reset"
    case finAfterAnswer = "fin-after-answer"
    case finWhileIdle = "fin-while-idle"
    case resetNextRequest = "reset-next-request"

    /// The heading of these faults, and the key that names them: `{connection: accept-fin}`.
    package static let family = FaultFamily.connection

    /// What is known of the fault; the file is under `Rows/Connection`.
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
