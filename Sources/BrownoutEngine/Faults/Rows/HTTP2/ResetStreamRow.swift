extension FaultRow {
    static let resetStream = FaultRow(
        HTTP2Fault.Word.resetStream, layer: .ending, need: .http2, takesPosition: true,
        category: .networkError, isRetryable: true, traits: [.ends],
        summary: "RST_STREAM with a code",
        example: "fault: {http2: reset-stream, code: internal-error, at: event 3}")
}
