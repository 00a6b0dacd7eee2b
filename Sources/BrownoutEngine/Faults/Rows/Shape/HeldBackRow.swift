extension FaultRow {
    static let heldBack = FaultRow(
        StreamShape.heldBack, layer: .events, need: .stream, category: .timeout, isRetryable: true,
        traits: [.readsAnswer, .delivery],
        summary: "head and body held back and sent at once at the end")
}
