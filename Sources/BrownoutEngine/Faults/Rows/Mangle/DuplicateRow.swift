extension FaultRow {
    static let duplicate = FaultRow(
        Mangle.duplicate, layer: .event, need: .stream, takesPosition: true, category: .unknown,
        isRetryable: true, traits: [.spoils, .readsAnswer], summary: "an event comes twice",
        example: "fault: {mangle: duplicate, at: event 3}")
}
