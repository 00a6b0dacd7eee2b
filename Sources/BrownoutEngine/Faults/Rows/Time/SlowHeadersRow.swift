extension FaultRow {
    static let slowHeaders = FaultRow(
        "slow-headers", .time, layer: .pace, need: .http1, category: .timeout, isRetryable: true,
        summary: "the head of the answer trickles, so many bytes in a time",
        example: "fault: {slow-headers: 20B/s}")
}
