extension FaultRow {
    static let commentFlood = FaultRow(
        Mangle.commentFlood, layer: .event, need: .streamWith(.lines), takesPosition: true,
        category: .unknown, isRetryable: false, traits: [.readsAnswer],
        summary: "a thousand comments before an event",
        example: "fault: {mangle: comment-flood, at: event 3}")
}
