extension FaultRow {
    static let partialHeaders = FaultRow(
        FramingFault.partialHeaders, layer: .framing, need: .http1, category: .networkError,
        isRetryable: true, traits: [.spoils, .wordless, .readsAnswer, .closes, .hides],
        summary: "a head that breaks off inside a field, then FIN")
}
