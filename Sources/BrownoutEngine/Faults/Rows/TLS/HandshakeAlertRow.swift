extension FaultRow {
    static let handshakeAlert = FaultRow(
        TLSFault.handshakeAlert, layer: .accept, need: .tls, category: .networkError,
        isRetryable: true, summary: "the alert handshake_failure when the client says hello")
}
