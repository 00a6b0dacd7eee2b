extension FaultRow {
    static let eventIds = FaultRow(
        StreamShape.eventIDs, layer: .events, need: .streamWith(.lines), category: .unknown,
        isRetryable: false, traits: [.readsAnswer], summary: "an `id:` line in every event")
}
