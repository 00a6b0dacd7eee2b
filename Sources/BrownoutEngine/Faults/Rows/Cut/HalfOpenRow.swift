extension FaultRow {
    static let halfOpen = FaultRow(
        "half-open", .cut, layer: .ending, category: .timeout, isRetryable: true, traits: [.ends],
        summary: "no answer, and the peer is gone: nothing is acknowledged any more")
}
