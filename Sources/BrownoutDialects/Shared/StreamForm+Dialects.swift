import BrownoutWire

extension StreamForm {
    /// OpenAI's streams (wire facts, 1.2 and 3).
    static let openAI = StreamForm(.sse, end: .marker("[DONE]"))
    /// Anthropic's (wire facts, 6.3).
    static let anthropic = StreamForm(.sse, end: .event("message_stop"), namesEvents: true)
}
