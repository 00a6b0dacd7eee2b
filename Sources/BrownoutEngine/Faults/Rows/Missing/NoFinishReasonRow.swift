extension FaultRow {
    static let noFinishReason = FaultRow(
        MissingPart.finishReason, layer: .events, category: .unknown, isRetryable: false,
        traits: [.readsAnswer, .edits, .aboutWords],
        summary: "the reason why the answer ended is never given")
}
