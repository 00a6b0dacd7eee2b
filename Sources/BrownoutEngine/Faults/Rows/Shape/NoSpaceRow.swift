extension FaultRow {
    static let noSpace = FaultRow(
        StreamShape.noSpace, layer: .events, need: .streamWith(.lines), category: .unknown,
        isRetryable: false, traits: [.readsAnswer], summary: "`data:` without the space behind it")
}
