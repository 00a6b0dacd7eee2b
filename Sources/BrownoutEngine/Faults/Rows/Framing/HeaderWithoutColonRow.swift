extension FaultRow {
    static let headerWithoutColon = FaultRow(
        FramingFault.headerWithoutColon, layer: .framing, need: .http1, category: .networkError,
        isRetryable: true, traits: [.spoils, .readsAnswer], summary: "a header line without a colon"
    )
}
