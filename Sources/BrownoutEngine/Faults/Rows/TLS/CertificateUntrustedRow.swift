extension FaultRow {
    static let certificateUntrusted = FaultRow(
        TLSFault.untrusted, layer: .accept, need: .tls, category: .networkError, isRetryable: true,
        summary: "a certificate of an authority that nobody trusts")
}
