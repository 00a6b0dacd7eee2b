extension FaultRow {
    static let nullChoices = FaultRow(
        ContentFault.nullChoices, layer: .answer, category: .unknown, isRetryable: true,
        traits: [.spoils, .wordless, .toolless, .readsAnswer, .edits, .aboutWords],
        summary: "an answer whose choices or content are null")
}
