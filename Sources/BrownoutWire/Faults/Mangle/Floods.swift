import BrownoutJSON

// Events that are far more than they should be, and still legal.
extension EventStream {
    private static let hugeEvent = 2 * 1024 * 1024
    /// Made once: both the sender and whoever looks for the difference ask for the event.
    private static let white = [UInt8](repeating: UInt8(ascii: " "), count: hugeEvent)
    private static let floodCount = 1000

    /// The same data behind so much white space that the event has 2 MiB.
    func inflating(_ event: Int) -> EventStream {
        rewriting(event) { bytes in
            guard let data = SSE.data(of: bytes).first(where: { !$0.isEmpty }) else { return }
            let room = max(0, Self.hugeEvent - bytes.count)
            var inflated = Array(bytes[..<data.lowerBound])
            inflated += Self.white[..<room]
            inflated += bytes[data.lowerBound...]
            bytes = inflated
        }
    }

    /// A thousand frames before an event, which bring nothing.
    func flooding(_ event: Int, with frame: String) -> EventStream {
        rewriting(event) { bytes in
            var flood: [UInt8] = []
            for _ in 0..<Self.floodCount { flood.append(text: frame) }
            bytes.insert(contentsOf: flood, at: 0)
        }
    }
}
