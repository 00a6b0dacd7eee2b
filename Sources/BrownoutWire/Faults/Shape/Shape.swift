package import BrownoutEngine

extension WireScript {
    /// The answer with its stream written in another way. Shapes that a dialect has to write are
    /// in the answer already.
    package func shaped(_ shape: StreamShape) -> WireScript {
        guard case .events(let stream) = answer.body else { return self }
        switch shape {
        case .comments: return with(stream.withComments(), for: stream)
        case .eventIDs: return with(stream.withIDs(), for: stream)
        case .noSpace: return with(stream.withoutSpaces(), for: stream)
        case .byteOrderMark: return with(stream.withByteOrderMark(), for: stream)
        case .crlf: return with(stream.endingLines(with: [0x0D, 0x0A]), for: stream)
        case .cr: return with(stream.endingLines(with: [0x0D]), for: stream)
        case .noFinalBlankLine: return with(stream.withoutFinalBlankLine(), for: stream)
        case .oneByteChunks: return inPieces(.bytes)
        case .splitEvents: return inPieces(.segments(4))
        case .groupedEvents: return grouped(stream, by: 4)
        case .heldBack: return heldBack(stream)
        case .afterTerminal, .extraEvent, .noEventNames, .emptyFirstChunk, .noDelta,
            .wrongContentType:
            return self
        }
    }

    private func inPieces(_ pieces: Delivery.Pieces) -> WireScript {
        var script = self
        script.delivery.pieces = pieces
        return script.marked(at: .byte(1))
    }

    /// Met once events have come together, or with the silence in which one waits for the others.
    private func grouped(_ stream: EventStream, by size: Int) -> WireScript {
        guard stream.count > 1 else { return self }
        var script = self
        script.delivery.group = size
        let alone = wait(beforeEvent: 0, of: stream)
        return script.wait(beforeEvent: 0, of: stream) > alone
            ? script.marked(at: .elapsed(waits.beforeHeaders + alone))
            : script.marked(at: .event(min(size, stream.count)))
    }

    /// Met with the silence from when the head was due.
    private func heldBack(_ stream: EventStream) -> WireScript {
        let held = waits.heldBack(for: stream)
        guard held.beforeHeaders > waits.beforeHeaders else { return self }
        var script = self
        script.waits = held
        return script.marked(at: .elapsed(waits.beforeHeaders))
    }
}
