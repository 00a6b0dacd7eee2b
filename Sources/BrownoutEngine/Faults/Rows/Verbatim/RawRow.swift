extension FaultRow {
    static let raw = FaultRow(
        "raw", .verbatim, layer: .answer, category: .unknown, isRetryable: nil,
        traits: [.replaces, .plain],
        summary: "a response in the scenario's own words: status, headers, body",
        example: "fault: {raw: {status: 418, headers: {x-tea: green}, body: short and stout}}")
}
