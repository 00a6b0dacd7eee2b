extension FaultRow {
    static let badChunkSize = FaultRow(
        FramingFault.badChunkSize, layer: .framing, need: .http1, takesPosition: true,
        category: .networkError, isRetryable: true, traits: [.spoils, .readsAnswer],
        summary: "a chunk whose size is not hexadecimal",
        example: "fault: {framing: bad-chunk-size, at: event 3}")
}
