extension FaultRow {
    static let gzipUnasked = FaultRow(
        FramingFault.gzipUnasked, layer: .framing, category: .unknown, isRetryable: false,
        traits: [.readsAnswer], summary: "a body in gzip though nobody asked for it")
}
