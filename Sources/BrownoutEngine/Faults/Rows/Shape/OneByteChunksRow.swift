extension FaultRow {
    static let oneByteChunks = FaultRow(
        StreamShape.oneByteChunks, layer: .events, need: .stream, category: .unknown,
        isRetryable: false, traits: [.readsAnswer, .delivery],
        summary: "every byte in a chunk of its own")
}
