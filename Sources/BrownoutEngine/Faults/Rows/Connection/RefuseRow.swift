extension FaultRow {
    static let refuse = FaultRow(
        "refuse", .connection, layer: .ending, category: .networkError, isRetryable: true,
        summary: "the connection is reset, and the port closed for a while",
        example: "fault: {refuse: 5s}")
}
