extension FaultRow {
    static let errorWith200 = FaultRow(
        ContentFault.errorWith200, layer: .answer, category: .apiError, isRetryable: true,
        traits: [.spoils, .replaces, .plain, .wordless, .toolless, .readsAnswer],
        summary: "the provider's error object with status 200")
}
