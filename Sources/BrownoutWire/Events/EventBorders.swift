/// Where the events of a stream end, found while its bytes come.
package struct EventBorders: Equatable, Sendable {
    /// The bytes of the stream up to the end of each event.
    package private(set) var ends: [Int] = []
    private let framing: EventFraming
    private var length = 0
    private var lineIsEmpty = true
    private var hasLines = false
    private var isBehindCR = false

    package init(_ framing: EventFraming) {
        self.framing = framing
    }

    /// The borders of a whole body; what stands behind the last whole event is one too.
    package init(of body: [UInt8], _ framing: EventFraming) {
        self.init(framing)
        add(body)
        finish()
    }

    package mutating func add(_ bytes: some Sequence<UInt8>) {
        switch framing {
        case .sse: addLines(bytes)
        }
    }

    /// LF, CRLF and CR end a line, and an empty line behind others an event (WHATWG HTML, 9.2.5).
    private mutating func addLines(_ bytes: some Sequence<UInt8>) {
        for byte in bytes {
            length += 1
            if byte == UInt8(ascii: "\n"), isBehindCR {
                isBehindCR = false
                // The second half of an end that was counted.
                if ends.last == length - 1 { ends[ends.count - 1] = length }
                continue
            }
            isBehindCR = byte == UInt8(ascii: "\r")
            guard isBehindCR || byte == UInt8(ascii: "\n") else {
                lineIsEmpty = false
                continue
            }
            if !lineIsEmpty {
                hasLines = true
            } else if hasLines {
                ends.append(length)
                hasLines = false
            }
            lineIsEmpty = true
        }
    }

    /// Nothing more comes: what is left is an event that was cut short, but for empty lines, which
    /// belong to the last one.
    package mutating func finish() {
        guard length > ends.last ?? 0 else { return }
        if hasLines || !lineIsEmpty || ends.isEmpty {
            ends.append(length)
        } else {
            ends[ends.count - 1] = length
        }
    }
}
