extension FaultRow {
    static let argumentsBreakSchema = FaultRow(
        ContentFault.argumentsBreakSchema, layer: .answer, need: .tools, category: .unknown,
        isRetryable: true, traits: [.spoils, .readsAnswer, .inReply, .inCalls],
        summary: "tool arguments that are JSON and break the tool's schema")
}
