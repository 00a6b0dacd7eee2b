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

    /// Lets so many tokens through, in the order they are said: thinking, text, tool calls.
    mutating func cut(toTokens limit: Int) {
        var rest = limit
        var isCut = false
        thinking = thinking.map { $0.cut(&rest, &isCut) }
        if isCut {
            text = nil
        } else {
            text = text.map { $0.cut(&rest, &isCut) }
        }
        var calls: [Reply.ToolCall] = []
        for call in toolCalls {
            if isCut || rest == 0 {
                isCut = true
                break
            }
            var call = call
            call.arguments = call.arguments.cut(&rest, &isCut)
            calls.append(call)
        }
        toolCalls = calls
        if isCut { finish = .length }
    }
}

extension TokenText {
    /// The first `rest` tokens; takes what it has from `rest` and says whether tokens were lost.
    fileprivate func cut(_ rest: inout Int, _ isCut: inout Bool) -> TokenText {
        if ends.count <= rest {
            rest -= ends.count
            return self
        }
        isCut = true
        let length = rest == 0 ? 0 : Int(ends[rest - 1])
        rest = 0
        return TokenText(text.prefix(bytes: length))
    }
}

extension String {
    /// The text up to an offset in UTF-8.
    fileprivate func prefix(bytes: Int) -> String {
        String(decoding: utf8.prefix(bytes), as: UTF8.self)
    }
}
