extension FaultRow {
    static let wrongModel = FaultRow(
        ContentFault.wrongModel, layer: .answer, category: .unknown, isRetryable: false,
        traits: [.readsAnswer, .edits], summary: "the answer names another model")
}
