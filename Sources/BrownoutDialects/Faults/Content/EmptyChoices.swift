import BrownoutJSON
import BrownoutWire

extension Answer {
    /// `empty-choices`: the list that holds what the answer says is empty; in every chunk of an
    /// OpenAI stream. A stream of Anthropic's starts empty anyway, and has no content blocks then.
    func withEmptyChoices() -> Answer? {
        changingStream(\.withoutBlocks) ?? editing { $0.replacingAnswerList(with: []) }
    }
}

extension EventStream {
    /// A message's start, its first ping, and its end; nil for a stream of another kind.
    fileprivate var withoutBlocks: EventStream? {
        guard count >= 3, json(0)?["type"] == "message_start" else { return nil }
        let opening = (0..<min(count - 2, 4)).filter { index in
            let type = json(index)?["type"]
            return type == "message_start" || type == "ping"
        }
        let kept = opening + [count - 2, count - 1]
        return picking(kept.count) { kept[$0] }
    }
}

extension JSON {
    /// With another value for the list that holds what an answer says: of completions, messages,
    /// or of other endpoints. An answer has one of them. Ollama's have no list: of its message
    /// nothing is left, and of its response no text.
    func replacingAnswerList(with value: JSON) -> JSON? {
        for key in ["choices", "content", "results", "data", "embeddings", "embedding", "models"] {
            if let changed = changing(key, { $0.arrayValue.map { _ in value } }) { return changed }
        }
        return changing("message") { message in
            message["content"]?.stringValue.map { _ in value.isNull ? value : .object([]) }
        } ?? changing("response") { $0.stringValue.map { _ in value.isNull ? value : "" } }
    }
}
