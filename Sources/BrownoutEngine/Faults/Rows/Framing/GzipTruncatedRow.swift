extension FaultRow {
    static let gzipTruncated = FaultRow(
        FramingFault.gzipTruncated, layer: .framing, category: .networkError, isRetryable: true,
        traits: [.spoils, .readsAnswer],
        summary: "a body in gzip that breaks off, its framing whole")
}
