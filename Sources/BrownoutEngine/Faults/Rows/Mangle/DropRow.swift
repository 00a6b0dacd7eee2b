extension FaultRow {
    static let drop = FaultRow(
        Mangle.drop, layer: .event, need: .stream, takesPosition: true, category: .unknown,
        isRetryable: true, traits: [.spoils, .readsAnswer], summary: "an event is left out",
        example: "fault: {mangle: drop, at: event 3}")
}
