extension FaultRow {
    static let rawStream = FaultRow(
        "raw-stream", .verbatim, layer: .answer, category: .unknown, isRetryable: nil,
        traits: [.replaces],
        summary: "a stream in the scenario's own words: frames, pauses, ending",
        example: "fault: {raw-stream: {frames: [{data: {n: 1}}, {wait: 1s}], ending: fin}}")
}
