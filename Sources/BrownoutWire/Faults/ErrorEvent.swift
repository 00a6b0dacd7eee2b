package import BrownoutEngine

extension WireScript {
    /// The stream up to a position, rounded up to the end of an event, then the events of an error
    /// and a clean end of the body without the protocol's own.
    package func failing(with events: [StreamEvent], at position: Position) -> WireScript {
        interrupted(
            Interruption(
                position: position, action: .finish(events, .clean),
                betweenEvents: true))
    }
}
