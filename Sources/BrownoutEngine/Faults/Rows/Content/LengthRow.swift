extension FaultRow {
    static let length = FaultRow(
        ContentFault.length, layer: .answer, category: .validation, isRetryable: false,
        traits: [.readsAnswer, .inReply, .aboutWords],
        summary: "the answer ends at its token limit, in the middle")
}
