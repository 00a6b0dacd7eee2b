import BrownoutDialects
import BrownoutEngine

/// What a request says to a model, and what it wants of it. A text that is judged before a model is
/// asked with it is not asked twice.
struct Words: Hashable {
    private let prompt: UInt64
    private let operation: Operation?

    /// Nil where nobody knows what is said.
    init?(_ attempt: Attempt) {
        guard let prompt = attempt.prompt else { return nil }
        self.prompt = prompt
        operation = Words.operations[attempt.endpoint]
    }

    /// By names of endpoints, what they are for. To go on with a text and to answer a conversation
    /// are the same work in two forms.
    private static let operations = Dictionary(
        Dialects.endpoints.map { ($0.name, $0.operation == .text ? .chat : $0.operation) },
        uniquingKeysWith: { first, _ in first })
}
