extension FaultRow {
    static let cut = FaultRow(
        "cut", .cut, layer: .ending, takesPosition: true, category: .networkError,
        isRetryable: true, traits: [.ends],
        summary: "an answer that ends at a position: clean, fin, reset, stall or half-open",
        example: "fault: {cut: reset, at: token 5}")
}
