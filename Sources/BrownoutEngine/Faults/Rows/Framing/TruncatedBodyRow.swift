extension FaultRow {
    static let truncatedBody = FaultRow(
        FramingFault.truncatedBody, layer: .framing, category: .networkError, isRetryable: true,
        traits: [.spoils, .readsAnswer],
        summary: "half of the body, and a Content-Length that agrees")
}
