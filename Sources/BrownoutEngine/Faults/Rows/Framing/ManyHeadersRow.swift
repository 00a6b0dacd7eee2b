extension FaultRow {
    static let manyHeaders = FaultRow(
        FramingFault.manyHeaders, layer: .framing, need: .http1, category: .unknown,
        isRetryable: false, traits: [.readsAnswer], summary: "300 header fields more")
}
