extension FaultRow {
    static let resetNextRequest = FaultRow(
        ConnectionFault.resetNextRequest, layer: .afterwards, category: .networkError,
        isRetryable: true, summary: "RST when the next request comes on a kept-alive connection")
}
