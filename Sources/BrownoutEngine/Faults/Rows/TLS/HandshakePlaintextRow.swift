extension FaultRow {
    static let handshakePlaintext = FaultRow(
        TLSFault.plaintext, layer: .accept, need: .tls, category: .networkError, isRetryable: true,
        summary: "an answer without TLS when the client says hello")
}
