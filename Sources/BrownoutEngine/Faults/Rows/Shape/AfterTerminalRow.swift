extension FaultRow {
    static let afterTerminal = FaultRow(
        StreamShape.afterTerminal, layer: .events, need: .stream, category: .unknown,
        isRetryable: false, traits: [.readsAnswer, .edits, .aboutEnd],
        summary: "one more event behind the protocol's own end")
}
