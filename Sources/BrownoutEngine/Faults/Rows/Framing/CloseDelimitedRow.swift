extension FaultRow {
    static let closeDelimited = FaultRow(
        FramingFault.closeDelimited, layer: .framing, need: .http1, category: .unknown,
        isRetryable: false, traits: [.readsAnswer, .closes],
        summary: "neither length nor chunks: the body ends with the connection")
}
