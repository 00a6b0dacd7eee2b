extension FaultRow {
    static let errorEvent = FaultRow(
        "error-event", .cause, layer: .ending, need: .stream, takesPosition: true, category: nil,
        isRetryable: nil, summary: "a stream that breaks off with the provider's error event",
        example: "fault: {cause: overloaded, at: event 3}")
}
