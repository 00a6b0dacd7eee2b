extension FaultRow {
    static let noLastChunk = FaultRow(
        FramingFault.noLastChunk, layer: .framing, need: .http1, category: .networkError,
        isRetryable: true, traits: [.spoils, .readsAnswer, .closes],
        summary: "the whole body without the last chunk, then FIN")
}
