import BrownoutJSON

// Events that are far more than they should be, and still legal.
extension EventStream {
    private static let hugeEvent = 2 * 1024 * 1024
    private static let floodCount = 1000

    /// The same data behind so much white space that the event has 2 MiB.
    func inflating(_ event: Int) -> EventStream {
        rewriting(event) { bytes in
            guard let data = SSE.data(of: bytes) else { return }
            let room = max(0, Self.hugeEvent - bytes.count)
            bytes.insert(
                contentsOf: repeatElement(UInt8(ascii: " "), count: room), at: data.lowerBound)
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
