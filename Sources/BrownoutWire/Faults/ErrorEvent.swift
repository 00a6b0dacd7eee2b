package import BrownoutEngine

extension WireScript {
    /// The stream up to a position, rounded up to the end of an event, then an error event and a
    /// clean end of the body without the protocol's own.
    package func failing(with event: [UInt8], at position: Position) -> WireScript {
        interrupted(
            Interruption(
                position: position, action: .finish(payload: event, .clean),
                betweenEvents: true))
    }
}
