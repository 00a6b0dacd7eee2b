package import BrownoutEngine

extension WireScript {
    /// The answer up to a position, then its end: nothing after that byte is sent.
    package func cut(_ ending: CutEnding, at position: Position) -> WireScript {
        let end: Ending =
            switch ending {
            case .clean: .clean
            case .fin: .fin
            case .reset: .reset
            case .stall, .halfOpen: .silence
            }
        return interrupted(
            Interruption(position: position, action: .finish(payload: [], end)))
    }
}
