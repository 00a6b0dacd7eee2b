package import BrownoutEngine
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
        /// One whose payload has a member that is true: `done`.
        case flag(StaticString)
    }

    /// An event that says nothing but that the connection is alive.
    package struct Ping: Sendable {
        /// The event's name: `ping`.
        package var name: StaticString
        /// The JSON it comes with: `{"type":"ping"}`.
        package var payload: StaticString

        package init(_ name: StaticString, _ payload: StaticString) {
            self.name = name
            self.payload = payload
        }

        /// The ping as a value that an ``EventWriter`` takes.
        package var event: StreamEvent {
            var event = StreamEvent(marker: payload)
            event.name = "\(name)"
            return event
        }
    }

    /// How events are told apart on the wire.
    package var framing: EventFraming
    /// Nil for streams that just end.
    package var end: End?
    /// Whether events have names.
    package var namesEvents: Bool
    /// Nil for a dialect that has none.
    package var ping: Ping?

    /// How the events of a body of a type are framed; nil: it is no stream. JSON is one where these
    /// streams are arrays and `isArray` says so.
    package func framing(ofType contentType: String?, isArray: Bool) -> EventFraming? {
        guard let contentType else { return nil }
        if let framing = EventFraming(contentType: contentType) { return framing }
        let isJSON = contentType.lowercased().hasPrefix(EventFraming.jsonArray.contentType)
        return framing == .jsonArray && isJSON && isArray ? .jsonArray : nil
    }

    /// Whether an event is the one behind which nothing comes. One without a name is told by its
    /// payload's `type`.
    package func isEnd(_ event: StreamEvent) -> Bool {
        switch end {
        case .marker(let text)?: return event.payload == StreamEvent(marker: text).payload
        case .event(let text)?:
            let name = "\(text)"
            if let given = event.name { return given == name }
            return (try? JSON.parse(event.payload))?["type"]?.stringValue == name
        case .flag(let text)?: return (try? JSON.parse(event.payload))?["\(text)"] == true
        case nil: return false
        }
    }

    package init(
        _ framing: EventFraming, end: End? = nil, namesEvents: Bool = false, ping: Ping? = nil
    ) {
        self.framing = framing
        self.end = end
        self.namesEvents = namesEvents
        self.ping = ping
    }

    /// Whether these streams have what a fault is about.
    package func has(_ trait: StreamTrait) -> Bool {
        switch trait {
        case .lines: framing == .sse
        case .endMarker:
            switch end {
            case .marker?, .flag?: true
            case .event?, nil: false
            }
        case .endEvent: if case .event? = end { true } else { false }
        case .eventNames: namesEvents
        case .pings: ping != nil
        }
    }
}
