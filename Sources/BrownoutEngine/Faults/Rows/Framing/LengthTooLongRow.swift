extension FaultRow {
    static let lengthTooLong = FaultRow(
        FramingFault.lengthTooLong, layer: .framing, need: .http1, category: .networkError,
        isRetryable: true, traits: [.spoils, .readsAnswer, .closes],
        summary: "a Content-Length of 64 bytes more than come, then FIN")
}
