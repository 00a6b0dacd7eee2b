extension FaultRow {
    static let lengthAndChunked = FaultRow(
        FramingFault.lengthAndChunked, layer: .framing, need: .http1, category: .networkError,
        isRetryable: true, traits: [.spoils, .readsAnswer],
        summary: "Content-Length together with Transfer-Encoding: chunked")
}
