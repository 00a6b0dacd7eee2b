extension FaultRow {
    static let duplicateToolId = FaultRow(
        ContentFault.duplicateToolID, layer: .answer, need: .tools, category: .unknown,
        isRetryable: true, traits: [.spoils, .readsAnswer, .inReply, .inCalls],
        summary: "two tool calls of one id")
}
