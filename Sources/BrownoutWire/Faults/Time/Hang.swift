package import BrownoutEngine

extension WireScript {
    /// The answer up to a position, then silence with the socket open: until the client leaves,
    /// or for a duration and then FIN.
    package func hanging(for duration: Duration?, at position: Position) -> WireScript {
        let ending = duration.map(Ending.silenceThenClose) ?? .silence
        return interrupted(
            Interruption(position: position, action: .finish([], ending)))
    }
}
