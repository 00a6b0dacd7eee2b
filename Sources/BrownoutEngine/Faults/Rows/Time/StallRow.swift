extension FaultRow {
    static let stall = FaultRow(
        "stall", .time, layer: .pace, takesPosition: true, category: .timeout, isRetryable: true,
        summary: "silence at a position, then the answer goes on",
        example: "fault: {stall: 20s, at: 50%}")
}
