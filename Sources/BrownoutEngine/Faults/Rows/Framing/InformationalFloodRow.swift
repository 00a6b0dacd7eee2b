extension FaultRow {
    static let informationalFlood = FaultRow(
        FramingFault.informationalFlood, layer: .framing, need: .http1, category: .unknown,
        isRetryable: false, traits: [.readsAnswer],
        summary: "100 answers of 103 before the real one")
}
