extension FaultRow {
    static let certificateWrongHost = FaultRow(
        TLSFault.wrongHost, layer: .accept, need: .tls, category: .networkError, isRetryable: true,
        summary: "a certificate for another host")
}
