extension FaultRow {
    static let noEventNames = FaultRow(
        StreamShape.noEventNames, layer: .events, need: .streamWith(.eventNames),
        category: .unknown, isRetryable: false, traits: [.readsAnswer, .edits],
        summary: "events without their `event:` line")
}
