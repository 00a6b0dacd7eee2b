import BrownoutJSON
import BrownoutWire

extension Answer {
    /// `no-finish-reason`: the key is nowhere, not even with null: OpenAI's `finish_reason` in no
    /// choice of any chunk, Anthropic's `stop_reason` neither in a body nor in `message_delta`.
    func withoutFinishReason(_ reading: AnswerReading) -> Answer? {
        editing { $0.removing(reading.finish) }
    }
}
