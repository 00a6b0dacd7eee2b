extension FaultRow {
    static let noUsage = FaultRow(
        MissingPart.usage, layer: .events, category: .unknown, isRetryable: false,
        traits: [.readsAnswer, .edits], summary: "the usage is never given")
}
