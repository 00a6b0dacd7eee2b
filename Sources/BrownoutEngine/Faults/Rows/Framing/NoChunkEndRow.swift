extension FaultRow {
    static let noChunkEnd = FaultRow(
        FramingFault.noChunkEnd, layer: .framing, need: .http1, takesPosition: true,
        category: .networkError, isRetryable: true, traits: [.spoils, .readsAnswer],
        summary: "a chunk without the CRLF behind its bytes")
}
