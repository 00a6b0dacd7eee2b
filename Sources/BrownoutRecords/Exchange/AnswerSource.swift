/// Where an answer came from that was not made here.
package enum AnswerSource: String, CaseIterable, Sendable {
    case recording
    case upstream
    /// A recording was wanted, and there is none: the answer was made here, or is an error.
    case missing = "none"
}
