import BrownoutEngine
import BrownoutRecords

/// What a request says to a model, and what it wants of it. A text that is judged before a model is
/// asked with it is not asked twice.
struct Words: Hashable {
    private let prompt: UInt64
    private let operation: Operation?

    /// Nil where nobody knows what is said.
    init?(_ attempt: Attempt) {
        guard let prompt = attempt.prompt else { return nil }
        self.prompt = prompt
        // To go on with a text and to answer a conversation are the same work in two forms.
        let operation = Operation(endpoint: attempt.endpoint)
        self.operation = operation == .text ? .chat : operation
    }
}
