extension FaultRow {
    static let finAfterAnswer = FaultRow(
        ConnectionFault.finAfterAnswer, layer: .afterwards, category: .networkError,
        isRetryable: true, summary: "FIN right behind a complete answer that promised to stay open")
}
