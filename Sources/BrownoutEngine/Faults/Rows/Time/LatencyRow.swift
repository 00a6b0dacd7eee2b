extension FaultRow {
    static let latency = FaultRow(
        "latency", .time, layer: .pace, category: .timeout, isRetryable: true,
        summary: "time before the headers, the first token, every further token, or in all",
        example: "latency: {before-headers: 2s, first-token: 300ms, between-tokens: 20ms}")
}
