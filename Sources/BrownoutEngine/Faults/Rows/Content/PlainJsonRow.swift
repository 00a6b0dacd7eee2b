extension FaultRow {
    static let plainJson = FaultRow(
        ContentFault.plainJSON, layer: .answer, need: .stream, category: .unknown,
        isRetryable: false, traits: [.spoils, .plain, .readsAnswer],
        summary: "the whole answer as JSON where a stream was asked for")
}
