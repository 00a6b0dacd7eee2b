extension FaultRow {
    static let noFinalBlankLine = FaultRow(
        StreamShape.noFinalBlankLine, layer: .events, need: .streamWith(.lines), category: .unknown,
        isRetryable: false, traits: [.readsAnswer, .aboutEnd],
        summary: "the last event without its blank line")
}
