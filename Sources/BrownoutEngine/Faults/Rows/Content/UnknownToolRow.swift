extension FaultRow {
    static let unknownTool = FaultRow(
        ContentFault.unknownTool, layer: .answer, category: .unknown, isRetryable: true,
        traits: [.spoils, .readsAnswer, .inReply, .inCalls, .aboutWords],
        summary: "a call of a tool that was not offered")
}
