import BrownoutWire

extension StreamForm {
    /// OpenAI's streams (wire facts, 1.2 and 3). It sends no pings; gateways that speak for others
    /// too send Anthropic's.
    static let openAI = StreamForm(.sse, end: .marker("[DONE]"), ping: alive)
    /// Anthropic's (wire facts, 6.3).
    static let anthropic = StreamForm(
        .sse, end: .event("message_stop"), namesEvents: true, ping: alive)

    /// Ollama's (wire facts, 10).
    static let ollama = StreamForm(.ndjson, end: .flag("done"))

    private static let alive = Ping("ping", #"{"type":"ping"}"#)
}
