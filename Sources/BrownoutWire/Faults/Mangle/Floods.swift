// Events that are far more than they should be, and still legal.
extension EventStream {
    private static let hugeEvent = 2 * 1024 * 1024
    /// Made once: both the sender and whoever looks for the difference ask for the event.
    private static let white = [UInt8](repeating: UInt8(ascii: " "), count: hugeEvent)
    private static let floodCount = 1000

    /// The same data behind so much white space that the event has 2 MiB.
    func inflating(_ event: Int) -> EventStream {
        rewritingPayload(of: event) { bytes, payload in
            guard let data = payload.first(where: { !$0.isEmpty }) else { return }
            let room = max(0, Self.hugeEvent - bytes.count)
            var inflated = Array(bytes[..<data.lowerBound])
            inflated += Self.white[..<room]
            inflated += bytes[data.lowerBound...]
            bytes = inflated
        }
    }

    /// A thousand of something before an event, which bring nothing.
    func flooding(
        _ event: Int, with drop: @escaping @Sendable (inout EventWriter) -> Void
    ) -> EventStream {
        let write = self.write
        var stream = self
        stream.write = { index, writer in
            if index == event {
                writer.ahead { writer in
                    for _ in 0..<Self.floodCount { drop(&writer) }
                }
            }
            write(index, &writer)
        }
        return stream
    }
}
