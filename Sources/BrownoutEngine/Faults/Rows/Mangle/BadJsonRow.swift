extension FaultRow {
    static let badJson = FaultRow(
        Mangle.badJSON, layer: .event, takesPosition: true, category: .unknown, isRetryable: true,
        traits: [.spoils, .readsAnswer], summary: "an event's JSON is broken; a plain body's, too",
        example: "fault: {mangle: bad-json, at: event 3}")
}
