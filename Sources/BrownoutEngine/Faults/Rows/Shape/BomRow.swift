extension FaultRow {
    static let bom = FaultRow(
        StreamShape.byteOrderMark, layer: .events, need: .streamWith(.lines), category: .unknown,
        isRetryable: false, traits: [.readsAnswer],
        summary: "a byte order mark before the first event")
}
