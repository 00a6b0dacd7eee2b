extension FaultRow {
    static let crlf = FaultRow(
        StreamShape.crlf, layer: .events, need: .streamWith(.lines), category: .unknown,
        isRetryable: false, traits: [.readsAnswer], summary: "lines that end with CR LF")
}
