extension FaultRow {
    static let splitEvents = FaultRow(
        StreamShape.splitEvents, layer: .events, need: .stream, category: .unknown,
        isRetryable: false, traits: [.readsAnswer, .delivery],
        summary: "every event in several TCP segments")
}
