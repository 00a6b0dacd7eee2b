/// What an answer leaves out, everything else in place.
package enum MissingPart: String, FaultWord {
    case done = "no-done"
    case messageStop = "no-message-stop"
    case finishReason = "no-finish-reason"
    case usage = "no-usage"

    /// The heading of these faults, and the key that names them: `{missing: no-done}`.
    package static let family = FaultFamily.missing

    /// What is known of the fault; the file is under `Rows/Missing`.
    package var row: FaultRow {
        switch self {
        case .done: .noDone
        case .messageStop: .noMessageStop
        case .finishReason: .noFinishReason
        case .usage: .noUsage
        }
    }
}
