import BrownoutJSON

/// Writes events behind the bytes that are there already, in place. Between ``begin(_:)`` and
/// ``end()`` the payload is appended to ``bytes``; what stands around it is the framing's.
package struct EventWriter: Sendable {
    /// All that was written so far, and before it what was there already.
    package var bytes: [UInt8]
    /// How events are told apart on the wire; it decides what ``begin(_:)`` and ``end()`` write.
    package let framing: EventFraming
    /// Nothing of the stream stands before what is written.
    package private(set) var isFirst: Bool
    /// Nothing of the stream comes behind it.
    package private(set) var isLast: Bool

    /// Where the event in progress begins, and where its payload does.
    private var start = 0
    private var payloadStart = 0

    private init(_ framing: EventFraming, isFirst: Bool, isLast: Bool) {
        bytes = []
        self.framing = framing
        self.isFirst = isFirst
        self.isLast = isLast
    }

    /// Has something written behind bytes.
    @inline(__always)
    static func append(
        to bytes: inout [UInt8], _ framing: EventFraming, isFirst: Bool, isLast: Bool,
        _ write: (inout EventWriter) -> Void
    ) {
        var writer = EventWriter(framing, isFirst: isFirst, isLast: isLast)
        // The bytes are moved in and out, not copied.
        swap(&writer.bytes, &bytes)
        write(&writer)
        swap(&writer.bytes, &bytes)
    }

    /// A writer for the same place, with nothing before it.
    package var emptied: EventWriter {
        EventWriter(framing, isFirst: isFirst, isLast: isLast)
    }

    /// Begins an event, whose name goes where the framing has a place for one.
    package mutating func begin(_ name: String? = nil) {
        switch framing {
        case .sse:
            if let name {
                bytes.append(text: "event: ")
                bytes.append(text: name)
                bytes.append(UInt8(ascii: "\n"))
            }
            bytes.append(text: "data: ")
        case .ndjson: break
        case .jsonArray: bytes.append(UInt8(ascii: isFirst ? "[" : ","))
        case .awsEventStream:
            start = bytes.count
            AWSMessage.appendHead(name, to: &bytes)
            payloadStart = bytes.count
        }
    }

    /// Ends the event that was begun last.
    package mutating func end() {
        switch framing {
        case .sse: bytes.append(text: "\n\n")
        case .ndjson: bytes.append(UInt8(ascii: "\n"))
        case .jsonArray: if isLast { bytes.append(UInt8(ascii: "]")) }
        case .awsEventStream:
            AWSMessage.close(from: start, headersEnd: payloadStart, in: &bytes)
        }
        isFirst = false
    }

    /// Has something written that the stream goes on behind.
    mutating func ahead(_ write: (inout EventWriter) -> Void) {
        let wasLast = isLast
        isLast = false
        write(&self)
        isLast = wasLast
    }

    /// Writes an event that is there as a value.
    package mutating func write(_ event: StreamEvent) {
        begin(event.name)
        switch framing {
        case .sse:
            // A `data:` for each line (WHATWG HTML, 9.2.6).
            var isFurther = false
            for line in event.payload.split(
                separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            {
                if isFurther { bytes.append(text: "\ndata: ") }
                bytes.append(contentsOf: line)
                isFurther = true
            }
        case .ndjson, .jsonArray, .awsEventStream: bytes.append(contentsOf: event.payload)
        }
        end()
    }

    /// Writes an event in the frame that somebody else gave it. Of an array's element, what parts
    /// it from those around it is what its place here takes; `isClosed` tells whether the array
    /// had its end.
    package mutating func write(framed event: ArraySlice<UInt8>, isClosed: Bool) {
        switch framing {
        case .sse, .ndjson, .awsEventStream: bytes.append(contentsOf: event)
        case .jsonArray:
            let event = Array(event)
            guard let frame = JSONFrame(element: event) else {
                bytes.append(contentsOf: event)
                break
            }
            let start = bytes.count
            bytes.append(contentsOf: event[..<frame.value.lowerBound])
            let sign = UInt8(ascii: isFirst ? "[" : ",")
            if let place = frame.separator {
                bytes[start + place] = sign
            } else {
                bytes.insert(sign, at: start)
            }
            bytes.append(contentsOf: event[frame.value])
            if !isLast {
                bytes.append(contentsOf: event[frame.value.upperBound..<frame.end])
            } else {
                bytes.append(contentsOf: event[frame.value.upperBound...])
                if isClosed, frame.end == event.count { bytes.append(UInt8(ascii: "]")) }
            }
        }
        isFirst = false
    }
}
