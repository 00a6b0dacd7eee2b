extension FaultRow {
    static let extraEvent = FaultRow(
        StreamShape.extraEvent, layer: .events, need: .stream, category: .unknown,
        isRetryable: false, traits: [.readsAnswer, .edits],
        summary: "an event of the gateway's own before the end")
}
