import BrownoutEngine

// How much of an answer is kept, and how much of it goes out at a time.
extension WireScript {
    /// Bytes of a plain body that go out in one step.
    static let longestStep = 64 * 1024

    /// Whether what carries the script gives every byte of the body a frame of its own.
    package var framesBytes: Bool { version == .http2 && delivery.pieces == .bytes }

    /// Bytes that the script keeps of its answer's body, and about what its events take.
    package var heldBytes: Int {
        switch answer.body {
        case .whole(let body): body.bytes.count
        case .events(let stream): stream.count * 32
        case .passed(let body): body.count
        }
    }
}
