import BrownoutJSON
import BrownoutWire

extension Answer {
    /// `no-usage`: OpenAI's usage chunk does not come, Anthropic's events have no usage, Ollama's
    /// last line no counts, and a plain body lacks the key. Nil where nobody was going to be told the usage.
    func withoutUsage() -> Answer? {
        if let answer = changingStream(\.withoutUsageChunk) { return answer }
        return editing { json in
            // A stream with a usage chunk says null in all others.
            guard json["usage"] != .null else { return nil }
            return json.without("usage") ?? json.changing("message") { $0.without("usage") }
                ?? json.withoutCounts
        }
    }
}

extension JSON {
    /// Without Ollama's counts of tokens, which stand alone.
    fileprivate var withoutCounts: JSON? {
        let rest = without("prompt_eval_count") ?? self
        return rest.without("eval_count") ?? (rest == self ? Optional.none : rest)
    }
}

extension EventStream {
    fileprivate var withoutUsageChunk: EventStream? {
        let chunk = lastIndex { event in
            let json = EventData.json(event.payload)
            return json?["choices"] == [] && json?["usage"]?.objectValue != nil
        }
        return chunk.map(dropping)
    }
}
