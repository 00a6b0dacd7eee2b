extension FaultRow {
    static let comments = FaultRow(
        StreamShape.comments, layer: .events, need: .streamWith(.lines), category: .unknown,
        isRetryable: false, traits: [.readsAnswer],
        summary: "a comment and a blank line before every event")
}
