import BrownoutJSON
import BrownoutWire

extension Answer {
    /// `no-finish-reason`: the key is nowhere, not even with null: OpenAI's `finish_reason` in no
    /// choice of any chunk, Anthropic's `stop_reason` neither in a body nor in `message_delta`,
    /// Ollama's `done_reason` not in the last line.
    func withoutFinishReason() -> Answer? {
        editing { json in
            json.changing("choices") { $0.changingEach { $0.without("finish_reason") } }
                ?? json.changing("delta") { $0.without("stop_reason") }
                ?? json.without("stop_reason") ?? json.without("done_reason")
        }
    }
}
