/// How the events of a stream stand in the bytes of its body. A stream is a sequence of events;
/// their frames come last, where they are put into the buffer that is sent.
package enum EventFraming: String, Sendable {
    /// Server-sent events (WHATWG HTML, 9.2): lines of fields, a blank line behind each event.
    case sse
    /// A line of JSON for each event, as Ollama streams (wire facts, 10).
    case ndjson
    /// The elements of one JSON array that is sent while it grows, as Gemini streams where nobody
    /// asks for server-sent events (wire facts, 7).
    case jsonArray = "json-array"
    /// Binary messages with headers and checksums, as Bedrock streams (wire facts, 11).
    case awsEventStream = "aws-event-stream"
}

extension EventFraming {
    /// What the head says of a body in this framing.
    package var contentType: String {
        switch self {
        case .sse: "text/event-stream"
        case .ndjson: "application/x-ndjson"
        case .jsonArray: "application/json"
        case .awsEventStream: "application/vnd.amazon.eventstream"
        }
    }

    /// The framing that a content type names; nil for one of anything else. That JSON is an array
    /// of events is only known by whoever asked for it.
    package init?(contentType: String) {
        let type = contentType.lowercased()
        let named: [EventFraming] = [.sse, .ndjson, .awsEventStream]
        guard let framing = named.first(where: { type.hasPrefix($0.contentType) }) else {
            return nil
        }
        self = framing
    }

    /// The body that consists of some events.
    package func body(of events: [StreamEvent]) -> [UInt8] {
        var bytes: [UInt8] = []
        append(events, isFirst: true, to: &bytes)
        return bytes
    }

    /// Appends the last events of a body; `isFirst` where nothing of it stands before them.
    func append(_ events: [StreamEvent], isFirst: Bool, to bytes: inout [UInt8]) {
        for (index, event) in events.enumerated() {
            EventWriter.append(
                to: &bytes, self, isFirst: isFirst && index == 0,
                isLast: index == events.count - 1
            ) { $0.write(event) }
        }
    }
}
