extension FaultRow {
    static let refusal = FaultRow(
        ContentFault.refusal, layer: .answer, category: .validation, isRetryable: false,
        traits: [.toolless, .readsAnswer, .inReply, .aboutWords], summary: "the model declines")
}
