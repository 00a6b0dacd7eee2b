extension FaultRow {
    static let badUtf8 = FaultRow(
        Mangle.badUTF8, layer: .event, takesPosition: true, category: .unknown, isRetryable: true,
        traits: [.spoils, .readsAnswer],
        summary: "a byte that UTF-8 does not have, at a byte or amid an event",
        example: "fault: {mangle: bad-utf8, at: event 3}")
}
