extension FaultRow {
    static let argumentsNotJson = FaultRow(
        ContentFault.argumentsNotJSON, layer: .answer, need: .tools, category: .unknown,
        isRetryable: true, traits: [.spoils, .readsAnswer, .inReply, .inCalls],
        summary: "tool arguments that are not JSON")
}
