extension FaultRow {
    static let cr = FaultRow(
        StreamShape.cr, layer: .events, need: .streamWith(.lines), category: .unknown,
        isRetryable: false, traits: [.readsAnswer], summary: "lines that end with CR alone")
}
