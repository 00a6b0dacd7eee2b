extension FaultRow {
    static let cause = FaultRow(
        "cause", .cause, layer: .answer, category: nil, isRetryable: nil,
        traits: [.replaces, .plain],
        summary: "the provider's own error answer: status, body and headers",
        example: "fault: {cause: rate-limited, retry-after: 2s}")
}
