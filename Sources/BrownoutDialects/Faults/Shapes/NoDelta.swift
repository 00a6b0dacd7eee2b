import BrownoutJSON
import BrownoutWire

extension Answer {
    /// `no-delta`: amid the events that bring text comes one that has its place, and no `delta`.
    /// Nothing of the answer is lost.
    ///
    /// - OpenAI: what Azure's filter sends in its asynchronous mode: a choice with what was found
    ///   so far (wire facts, 5).
    /// - Anthropic: a `content_block_delta` that has only its index.
    /// - Ollama: a line without `message` or `response`.
    ///
    /// Nil where no event has a delta: OpenAI's older completions, and answers that say nothing.
    func withoutDelta() -> Answer? {
        changingStream { stream in
            guard let middle = stream.middle,
                let bare = stream.json(middle).flatMap(Self.bare)
            else { return nil }
            return stream.inserting(StreamEvent(stream.event(middle).name, bare), at: middle)
        }
    }

    private static func bare(_ event: JSON) -> JSON? {
        if event["done"] != nil { return event.without("message") ?? event.without("response") }
        return event.without("delta")
            ?? event.changing("choices") { choices in
                choices.changingEach { choice in
                    guard choice["delta"] != nil else { return nil }
                    return [
                        "index": choice["index"] ?? 0, "finish_reason": nil, "logprobs": nil,
                        "content_filter_results": AzureFilter.nothingFound,
                        "content_filter_offsets": [
                            "check_offset": 0, "start_offset": 0, "end_offset": 0,
                        ],
                    ]
                }
            }
    }
}
