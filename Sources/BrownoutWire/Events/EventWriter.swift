import BrownoutJSON

/// Writes events behind the bytes that are there already, in place. Between ``begin(_:)`` and
/// ``end()`` the payload is appended to ``bytes``; what stands around it is the framing's.
package struct EventWriter: Sendable {
    package var bytes: [UInt8]
    package let framing: EventFraming
    /// Nothing of the stream stands before what is written.
    package private(set) var isFirst: Bool
    /// Nothing of the stream comes behind it.
    package private(set) var isLast: Bool

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
        }
    }

    /// Ends the event that was begun last.
    package mutating func end() {
        switch framing {
        case .sse: bytes.append(text: "\n\n")
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
        }
        end()
    }
}
