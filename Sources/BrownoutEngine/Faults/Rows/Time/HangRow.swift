extension FaultRow {
    static let hang = FaultRow(
        "hang", .time, layer: .ending, takesPosition: true, category: .timeout, isRetryable: true,
        traits: [.ends],
        summary: "silence at a position with the socket open, without an answer to come",
        example: "fault: {hang: forever, at: headers}")
}
