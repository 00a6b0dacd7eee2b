extension FaultRow {
    static let lengthTooShort = FaultRow(
        FramingFault.lengthTooShort, layer: .framing, need: .http1, category: .networkError,
        isRetryable: true, traits: [.spoils, .readsAnswer],
        summary: "a Content-Length of half the bytes that come")
}
