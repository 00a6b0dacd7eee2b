extension FaultRow {
    static let earlyEndStream = FaultRow(
        HTTP2Fault.Word.earlyEndStream, layer: .ending, need: .http2, takesPosition: true,
        category: .networkError, isRetryable: true, traits: [.ends],
        summary: "END_STREAM before the answer is whole")
}
