extension FaultRow {
    static let nulInHeader = FaultRow(
        FramingFault.nulInHeader, layer: .framing, need: .http1, category: .networkError,
        isRetryable: true, traits: [.spoils, .readsAnswer],
        summary: "a NUL byte in a header's value")
}
