extension FaultRow {
    static let finWhileIdle = FaultRow(
        ConnectionFault.finWhileIdle, layer: .afterwards, category: .networkError,
        isRetryable: true, summary: "FIN a while after a complete answer, on an idle connection",
        example: "fault: {connection: fin-while-idle, after: 200ms}")
}
