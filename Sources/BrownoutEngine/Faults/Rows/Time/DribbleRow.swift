extension FaultRow {
    static let dribble = FaultRow(
        "dribble", .time, layer: .pace, takesPosition: true, category: .timeout, isRetryable: true,
        summary: "the body trickles from a position on, so many bytes in a time",
        example: "fault: {dribble: 1KiB/s, at: event 3}")
}
