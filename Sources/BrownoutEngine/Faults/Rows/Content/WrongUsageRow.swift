extension FaultRow {
    static let wrongUsage = FaultRow(
        ContentFault.wrongUsage, layer: .answer, category: .unknown, isRetryable: false,
        traits: [.readsAnswer, .edits], summary: "a usage that does not add up")
}
