extension FaultRow {
    static let reset = FaultRow(
        "reset", .cut, layer: .ending, category: .networkError, isRetryable: true, traits: [.ends],
        summary: "the request is read, then the connection is reset (RST), no byte sent")
}
