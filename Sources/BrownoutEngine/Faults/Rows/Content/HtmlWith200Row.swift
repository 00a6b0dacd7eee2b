extension FaultRow {
    static let htmlWith200 = FaultRow(
        ContentFault.htmlWith200, layer: .answer, category: .apiError, isRetryable: true,
        traits: [.spoils, .replaces, .plain, .wordless, .toolless, .readsAnswer, .noJSON],
        summary: "an HTML page with status 200")
}
