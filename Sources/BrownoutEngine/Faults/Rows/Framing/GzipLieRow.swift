extension FaultRow {
    static let gzipLie = FaultRow(
        FramingFault.gzipLie, layer: .framing, category: .networkError, isRetryable: true,
        traits: [.spoils, .readsAnswer], summary: "Content-Encoding: gzip on plain bytes")
}
