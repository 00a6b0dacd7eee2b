import BrownoutJSON
import BrownoutWire

extension Answer {
    /// `no-delta`: amid the events that bring text comes one that has its place, and no delta.
    /// Nothing of the answer is lost.
    ///
    /// - OpenAI: what Azure's filter sends in its asynchronous mode: a choice with what was found
    ///   so far (wire facts, 5).
    /// - Anthropic: a `content_block_delta` that has only its index.
    /// - Ollama: a line without its message or response.
    ///
    /// Nil where no event has a delta: OpenAI's older completions, and answers that say nothing.
    func withoutDelta(_ reading: AnswerReading) -> Answer? {
        guard let delta = reading.delta else { return nil }
        return changingStream { stream in
            guard let middle = stream.middle,
                let bare = stream.json(middle).flatMap(delta.bare)
            else { return nil }
            return stream.inserting(StreamEvent(stream.event(middle).name, bare), at: middle)
        }
    }
}

extension AnswerReading.Delta {
    /// An event with its delta taken out; nil where it has none.
    fileprivate func bare(_ event: JSON) -> JSON? {
        guard let path = paths.first(where: { !event.values(at: $0).isEmpty }) else { return nil }
        if instead.isEmpty { return event.removing([path]) }
        return event.changing([path.holder]) { holder in
            guard holder[path.last] != nil else { return nil }
            return .object([JSONMember("index", holder["index"] ?? 0)] + instead)
        }
    }
}
