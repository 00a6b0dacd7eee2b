extension FaultRow {
    static let oldTlsOnly = FaultRow(
        TLSFault.oldProtocol, layer: .accept, need: .tls, category: .networkError,
        isRetryable: true, summary: "TLS 1.0 and 1.1 alone")
}
