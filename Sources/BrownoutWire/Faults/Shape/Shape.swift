package import BrownoutEngine

extension WireScript {
    /// The answer with its stream written in another way. Shapes that a dialect has to write are
    /// in the answer already, and only counted here.
    package func shaped(_ shape: StreamShape) -> WireScript {
        guard case .events(let stream) = answer.body else {
            return shape == .wrongContentType ? marked(at: .headers) : missed()
        }
        var script = self
        switch shape {
        case .comments: script.answer.body = .events(stream.withComments())
        case .eventIDs: script.answer.body = .events(stream.withIDs())
        case .noSpace: script.answer.body = .events(stream.withoutSpaces())
        case .byteOrderMark: script.answer.body = .events(stream.withByteOrderMark())
        case .crlf: script.answer.body = .events(stream.endingLines(with: [0x0D, 0x0A]))
        case .cr: script.answer.body = .events(stream.endingLines(with: [0x0D]))
        case .noFinalBlankLine:
            script.answer.body = .events(stream.withoutFinalBlankLine())
            return script.marked(at: .percent(.always))
        case .oneByteChunks: script.delivery.pieces = .bytes
        case .splitEvents: script.delivery.pieces = .segments(4)
        case .groupedEvents: script.delivery.group = 4
        case .heldBack: script.waits = waits.heldBack(for: stream)
        case .afterTerminal, .extraEvent: return script.marked(at: .percent(.always))
        case .noEventNames, .emptyFirstChunk, .noDelta, .wrongContentType: break
        }
        return script.marked(at: .event(1))
    }
}
