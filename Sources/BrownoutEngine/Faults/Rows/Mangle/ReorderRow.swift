extension FaultRow {
    static let reorder = FaultRow(
        Mangle.reorder, layer: .event, need: .stream, takesPosition: true, category: .unknown,
        isRetryable: true, traits: [.spoils, .readsAnswer],
        summary: "an event comes after the one that follows it",
        example: "fault: {mangle: reorder, at: event 3}")
}
