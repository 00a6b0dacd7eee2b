extension FaultRow {
    static let hugeEvent = FaultRow(
        Mangle.hugeEvent, layer: .event, need: .stream, takesPosition: true, category: .unknown,
        isRetryable: false, traits: [.readsAnswer],
        summary: "an event of 2 MiB in white space and its own JSON",
        example: "fault: {mangle: huge-event, at: event 3}")
}
