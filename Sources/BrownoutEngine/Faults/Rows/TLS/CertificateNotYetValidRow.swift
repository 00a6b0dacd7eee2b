extension FaultRow {
    static let certificateNotYetValid = FaultRow(
        TLSFault.notYetValid, layer: .accept, need: .tls, category: .networkError,
        isRetryable: true, summary: "a certificate that is not yet valid")
}
