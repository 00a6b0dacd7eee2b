extension FaultRow {
    static let emptyBody = FaultRow(
        ContentFault.emptyBody, layer: .answer, category: .unknown, isRetryable: true,
        traits: [.spoils, .plain, .wordless, .toolless, .readsAnswer, .edits],
        summary: "status 200 and no byte of a body")
}
