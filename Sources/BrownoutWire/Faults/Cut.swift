package import BrownoutEngine

extension WireScript {
    /// The answer up to a position, then its end: nothing after that byte is sent.
    package func cut(_ ending: CutEnding, at position: Position) -> WireScript {
        interrupted(
            Interruption(
                position: position, action: .finish([], ending.ending)))
    }

    /// An answer that never begins, which no fault has done.
    package func ending(_ ending: CutEnding) -> WireScript {
        interrupted(
            Interruption(
                position: .start, action: .finish([], ending.ending), isOwn: true))
    }
}
