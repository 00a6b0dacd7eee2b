package import BrownoutEngine

extension WireScript {
    /// The answer with a silence at a position; what comes after is as late as the silence is
    /// long.
    package func stalled(for duration: Duration, at position: Position) -> WireScript {
        // No silence at all does not part an event either.
        if duration <= .zero { return self }
        return interrupted(Interruption(position: position, action: .pause(duration)))
    }
}
