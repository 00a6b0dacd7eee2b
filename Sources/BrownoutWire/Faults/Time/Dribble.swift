package import BrownoutEngine

extension WireScript {
    /// The answer, whose body trickles from a position on.
    package func dribbling(_ rate: ByteRate, at position: Position) -> WireScript {
        interrupted(Interruption(position: position, action: .slow(rate)))
    }
}
