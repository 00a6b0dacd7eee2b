extension FaultRow {
    static let noMessageStop = FaultRow(
        MissingPart.messageStop, layer: .events, need: .streamWith(.endEvent),
        category: .networkError, isRetryable: true,
        traits: [.spoils, .readsAnswer, .edits, .aboutEnd],
        summary: "Anthropic's stream without `message_stop`")
}
