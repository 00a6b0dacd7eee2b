import BrownoutDialects

extension Reply.Choice {
    /// Ends the text before the first stop sequence in it. What would have come after the text
    /// does not come.
    mutating func cut(before sequences: [String]) {
        guard let text, !sequences.isEmpty else { return }
        var earliest: (offset: Int, sequence: String)?
        for sequence in sequences {
            guard let offset = text.text.firstOffset(of: sequence) else { continue }
            if let found = earliest, found.offset <= offset { continue }
            earliest = (offset, sequence)
        }
        guard let earliest else { return }
        self.text = TokenText(text.text.prefix(bytes: earliest.offset))
        toolCalls = []
        finish = .stopSequence(earliest.sequence)
    }
}
