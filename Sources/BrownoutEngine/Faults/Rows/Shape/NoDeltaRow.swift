extension FaultRow {
    static let noDelta = FaultRow(
        StreamShape.noDelta, layer: .events, need: .stream, category: .unknown, isRetryable: false,
        traits: [.readsAnswer, .edits], summary: "a choice or content block without its delta")
}
