extension FaultRow {
    static let noWindow = FaultRow(
        HTTP2Fault.Word.noWindow, layer: .accept, need: .http2, category: .timeout,
        isRetryable: true, summary: "a flow-control window that is never opened for request bodies")
}
