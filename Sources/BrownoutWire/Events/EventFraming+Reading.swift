// What stands where in an event that is framed, whoever wrote it.
extension EventFraming {
    /// Where the payload of an event stands: piece by piece, as lines can part it; empty where it
    /// has none.
    package func payload(of event: [UInt8]) -> [Range<Int>] {
        switch self {
        case .sse: SSE.data(of: event)
        case .ndjson: JSONFrame.trimmed(event).map { [$0] } ?? []
        case .jsonArray: JSONFrame(element: event).map { [$0.value] } ?? []
        case .awsEventStream: AWSMessage(event).map { [$0.payload] } ?? []
        }
    }

    /// Where the payloads of all events of a body stand, piece by piece.
    package func payloads(in body: [UInt8]) -> [Range<Int>] {
        switch self {
        case .sse: return SSE.data(of: body)
        case .ndjson, .jsonArray, .awsEventStream:
            var start = 0
            return EventBorders(of: body, self).ends.flatMap { end in
                defer { start = end }
                return payload(of: Array(body[start..<end])).map {
                    $0.lowerBound + start..<$0.upperBound + start
                }
            }
        }
    }

    /// What an event is called; nil where it has no name.
    func name(of event: [UInt8]) -> String? {
        switch self {
        case .sse: SSE.name(of: event)
        case .ndjson, .jsonArray: nil
        case .awsEventStream: AWSMessage(event)?.name(in: event)
        }
    }

    /// A framed event as a value. The pieces of its payload are joined with line feeds.
    package func read(_ event: some Collection<UInt8>) -> StreamEvent {
        let event = Array(event)
        var payload: [UInt8] = []
        for (index, piece) in self.payload(of: event).enumerated() {
            if index > 0 { payload.append(UInt8(ascii: "\n")) }
            payload.append(contentsOf: event[piece])
        }
        return StreamEvent(name(of: event), payload)
    }

    /// Whether a framed event stays one when a byte of it is another.
    func survives(anotherByteAt place: Int, of event: [UInt8]) -> Bool {
        switch self {
        case .sse, .ndjson: SSE.endLength(of: event, at: place) == 0
        case .jsonArray, .awsEventStream:
            payload(of: event).contains { $0.contains(place) }
        }
    }

    /// Sets right what a frame says of its payload, which was changed.
    func seal(_ event: inout [UInt8]) {
        switch self {
        case .sse, .ndjson, .jsonArray: break
        case .awsEventStream: AWSMessage.seal(&event)
        }
    }

    /// Puts another payload into a framed event. What stood between the pieces of the old one goes.
    package func replacePayload(of event: inout [UInt8], with payload: [UInt8]) {
        let pieces = self.payload(of: event)
        guard let first = pieces.first, let last = pieces.last else { return }
        event.replaceSubrange(first.lowerBound..<last.upperBound, with: payload)
        seal(&event)
    }
}

extension EventStream {
    /// The event at an index as a value.
    package func event(_ index: Int) -> StreamEvent {
        var bytes: [UInt8] = []
        render(index, &bytes)
        return form.framing.read(bytes)
    }
}
