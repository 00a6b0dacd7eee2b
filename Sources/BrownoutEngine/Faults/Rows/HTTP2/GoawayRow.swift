extension FaultRow {
    static let goaway = FaultRow(
        HTTP2Fault.Word.goAway, layer: .ending, need: .http2, takesPosition: true,
        category: .networkError, isRetryable: true,
        summary: "GOAWAY with a code and a last stream, then the answer goes on or not",
        example: "fault: {http2: goaway, code: enhance-your-calm, at: event 3}")
}
