extension FaultRow {
    static let contentFilter = FaultRow(
        ContentFault.contentFilter, layer: .answer, category: .validation, isRetryable: false,
        traits: [.spoils, .readsAnswer, .inReply, .aboutWords],
        summary: "the provider's filter ends the answer")
}
