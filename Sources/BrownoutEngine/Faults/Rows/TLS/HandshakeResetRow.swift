extension FaultRow {
    static let handshakeReset = FaultRow(
        TLSFault.handshakeReset, layer: .accept, need: .tls, category: .networkError,
        isRetryable: true, summary: "RST when the client says hello")
}
