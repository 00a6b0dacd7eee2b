extension FaultRow {
    static let corruptRecord = FaultRow(
        TLSFault.corruptRecord, layer: .ending, need: .tls, takesPosition: true,
        category: .networkError, isRetryable: true, traits: [.spoils],
        summary: "a record that does not decrypt, at a position",
        example: "fault: {tls: corrupt-record, at: event 3}")
}
