extension FaultRow {
    static let argumentsCut = FaultRow(
        ContentFault.argumentsCut, layer: .answer, need: .tools, category: .unknown,
        isRetryable: true, traits: [.spoils, .readsAnswer, .inReply, .inCalls],
        summary: "tool arguments that break off")
}
