extension FaultRow {
    static let emptyFirstChunk = FaultRow(
        StreamShape.emptyFirstChunk, layer: .events, need: .stream, category: .unknown,
        isRetryable: false, traits: [.readsAnswer, .edits],
        summary: "a first event that brings no choice")
}
