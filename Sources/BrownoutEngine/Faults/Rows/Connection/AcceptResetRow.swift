extension FaultRow {
    static let acceptReset = FaultRow(
        ConnectionFault.acceptReset, layer: .accept, category: .networkError, isRetryable: true,
        summary: "a connection is accepted, then reset (RST) before any request")
}
