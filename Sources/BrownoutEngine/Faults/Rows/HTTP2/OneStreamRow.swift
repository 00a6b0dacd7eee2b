extension FaultRow {
    static let oneStream = FaultRow(
        HTTP2Fault.Word.oneStream, layer: .accept, need: .http2, category: .networkError,
        isRetryable: true, summary: "SETTINGS that allow one stream at a time")
}
