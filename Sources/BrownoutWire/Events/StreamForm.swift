import BrownoutJSON

/// What the streams of a dialect have: their framing, and what tells their end. Every stream
/// carries it, so it holds nothing that has to be counted when it is copied.
package struct StreamForm: Sendable {
    /// The event behind which nothing comes.
    package enum End: Sendable {
        /// One whose payload is a mark of its own and no JSON: `[DONE]`.
        case marker(StaticString)
        /// One with a name, which is also the `type` of its payload: `message_stop`.
        case event(StaticString)
    }

    package var framing: EventFraming
    /// Nil for streams that just end.
    package var end: End?
    /// Whether events have names.
    package var namesEvents: Bool

    /// Whether an event is the one behind which nothing comes. One without a name is told by its
    /// payload's `type`.
    package func isEnd(_ event: StreamEvent) -> Bool {
        switch end {
        case .marker(let text)?: return event.payload == StreamEvent(marker: text).payload
        case .event(let text)?:
            let name = "\(text)"
            if let given = event.name { return given == name }
            return (try? JSON.parse(event.payload))?["type"]?.stringValue == name
        case nil: return false
        }
    }

    package init(_ framing: EventFraming, end: End? = nil, namesEvents: Bool = false) {
        self.framing = framing
        self.end = end
        self.namesEvents = namesEvents
    }
}
