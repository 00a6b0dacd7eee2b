/// What room there is for a further answer in the memory that answers in progress may hold.
package enum AnswerRoom: Sendable {
    case enough
    /// For answers that are not large.
    case little
    case none
}
