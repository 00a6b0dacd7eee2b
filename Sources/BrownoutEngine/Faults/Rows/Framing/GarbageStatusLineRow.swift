extension FaultRow {
    static let garbageStatusLine = FaultRow(
        FramingFault.garbageStatusLine, layer: .framing, need: .http1, category: .networkError,
        isRetryable: true, traits: [.spoils, .readsAnswer], summary: "a status line that is none")
}
