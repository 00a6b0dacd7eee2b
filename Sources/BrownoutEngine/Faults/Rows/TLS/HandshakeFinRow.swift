extension FaultRow {
    static let handshakeFin = FaultRow(
        TLSFault.handshakeFIN, layer: .accept, need: .tls, category: .networkError,
        isRetryable: true, summary: "FIN when the client says hello")
}
