extension FaultRow {
    static let groupedEvents = FaultRow(
        StreamShape.groupedEvents, layer: .events, need: .stream, category: .unknown,
        isRetryable: false, traits: [.readsAnswer, .delivery],
        summary: "several events in one TCP segment")
}
