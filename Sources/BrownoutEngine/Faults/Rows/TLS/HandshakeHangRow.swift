extension FaultRow {
    static let handshakeHang = FaultRow(
        TLSFault.handshakeHang, layer: .accept, need: .tls, category: .timeout, isRetryable: true,
        summary: "silence when the client says hello")
}
