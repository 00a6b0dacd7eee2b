extension FaultRow {
    static let emptyChoices = FaultRow(
        ContentFault.emptyChoices, layer: .answer, category: .unknown, isRetryable: true,
        traits: [.spoils, .wordless, .toolless, .readsAnswer, .edits, .aboutWords],
        summary: "an answer with an empty list of choices or content")
}
