extension Reply.Choice {
    /// Tokens of all that is said: thinking, text and tool arguments.
    package var tokens: Int {
        (thinking?.ends.count ?? 0) + (text?.ends.count ?? 0)
            + toolCalls.reduce(0) { $0 + $1.arguments.ends.count }
    }

    /// Lets so many tokens through, in the order they are said: thinking, text, tool calls.
    package mutating func cut(toTokens limit: Int) {
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
    package func prefix(bytes: Int) -> String {
        String(decoding: utf8.prefix(bytes), as: UTF8.self)
    }
}
