extension FaultRow {
    static let certificateExpired = FaultRow(
        TLSFault.expired, layer: .accept, need: .tls, category: .networkError, isRetryable: true,
        summary: "a certificate that has expired")
}
