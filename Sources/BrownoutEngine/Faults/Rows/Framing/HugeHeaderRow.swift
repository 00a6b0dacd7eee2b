extension FaultRow {
    static let hugeHeader = FaultRow(
        FramingFault.hugeHeader, layer: .framing, need: .http1, category: .networkError,
        isRetryable: true, traits: [.spoils, .readsAnswer], summary: "a header field of 128 KiB")
}
