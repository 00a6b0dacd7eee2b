extension FaultRow {
    static let pingFlood = FaultRow(
        Mangle.pingFlood, layer: .event, need: .streamWith(.pings), takesPosition: true,
        category: .unknown, isRetryable: false, traits: [.readsAnswer],
        summary: "a thousand pings before an event",
        example: "fault: {mangle: ping-flood, at: event 3}")
}
