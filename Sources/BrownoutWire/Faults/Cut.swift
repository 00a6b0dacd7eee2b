package import BrownoutEngine

extension WireScript {
    /// The answer up to a position, then its end: nothing after that byte is sent.
    package func cut(_ ending: CutEnding, at position: Position) -> WireScript {
        interrupted(
            Interruption(
                position: position, action: .finish([], ending.ending)))
    }

    /// An answer that never begins, which no fault has done: its recording ended so.
    package func unbegun(_ ending: RecordedEnding) -> WireScript {
        interrupted(
            Interruption(
                position: .start, action: .finish([], ending.ending(over: .http1) ?? .fin),
                isOwn: true))
    }
}
