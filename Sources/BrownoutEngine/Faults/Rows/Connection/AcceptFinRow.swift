extension FaultRow {
    static let acceptFin = FaultRow(
        ConnectionFault.acceptFIN, layer: .accept, category: .networkError, isRetryable: true,
        summary: "a connection is accepted, then closed with FIN before any request")
}
