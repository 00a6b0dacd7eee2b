extension FaultRow {
    static let wrongContentType = FaultRow(
        StreamShape.wrongContentType, layer: .events, category: .unknown, isRetryable: false,
        traits: [.readsAnswer, .edits], summary: "a content type that the body is not")
}
