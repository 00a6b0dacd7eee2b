extension FaultRow {
    static let lengthTwice = FaultRow(
        FramingFault.lengthTwice, layer: .framing, need: .http1, category: .networkError,
        isRetryable: true, traits: [.spoils, .readsAnswer],
        summary: "two Content-Length fields that contradict each other")
}
