extension FaultRow {
    static let noCloseNotify = FaultRow(
        TLSFault.noCloseNotify, layer: .afterwards, need: .tls, category: .networkError,
        isRetryable: true, summary: "the connection ends behind the answer without close_notify")
}
