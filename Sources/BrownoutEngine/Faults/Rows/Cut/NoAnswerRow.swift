extension FaultRow {
    static let noAnswer = FaultRow(
        "no-answer", .cut, layer: .ending, category: .networkError, isRetryable: true,
        traits: [.ends],
        summary: "the request is read, then the connection is closed with FIN, no byte sent")
}
