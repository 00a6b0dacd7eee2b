/// Where the events of a stream end, found while its bytes come.
package struct EventBorders: Equatable, Sendable {
    /// The bytes of the stream up to the end of each event.
    package private(set) var ends: [Int] = []
    private let framing: EventFraming
    private var length = 0
    private var lineIsEmpty = true
    private var hasLines = false
    private var isBehindCR = false
    /// Of an array: whether its beginning is past, and the element in progress.
    private var isInArray = false
    private var element: JSONValueScan?
    /// Of a binary message: how much of it there is, and how long it is to be.
    private var messageBytes = 0
    private var messageLength = 0

    package init(_ framing: EventFraming) {
        self.framing = framing
    }

    /// The borders of a whole body; what stands behind the last whole event is one too.
    package init(of body: [UInt8], _ framing: EventFraming) {
        self.init(framing)
        add(body)
        finish()
    }

    /// Takes the next bytes of the stream; events that end in them are added to ``ends``.
    package mutating func add(_ bytes: some Sequence<UInt8>) {
        switch framing {
        case .sse: addLines(bytes)
        case .ndjson: addJSONLines(bytes)
        case .jsonArray: addElements(bytes)
        case .awsEventStream: addMessages(bytes)
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

    /// A line that is not blank is an event; a blank one belongs to the next.
    private mutating func addJSONLines(_ bytes: some Sequence<UInt8>) {
        for byte in bytes {
            length += 1
            if byte == UInt8(ascii: "\n") {
                if !lineIsEmpty { ends.append(length) }
                lineIsEmpty = true
            } else if !JSONFrame.isSpace(byte) {
                lineIsEmpty = false
            }
        }
    }

    /// An event is an element and what stands before it; the end of the array belongs to the last.
    private mutating func addElements(_ bytes: some Sequence<UInt8>) {
        for byte in bytes {
            length += 1
            if element == nil {
                if JSONFrame.isSpace(byte) { continue }
                if byte == UInt8(ascii: "]") {
                    if !ends.isEmpty, lineIsEmpty { ends[ends.count - 1] = length }
                    continue
                }
                lineIsEmpty = false
                if byte == UInt8(ascii: ",") || byte == UInt8(ascii: "[") && !isInArray {
                    isInArray = true
                    continue
                }
                element = JSONValueScan()
            }
            switch element?.take(byte) {
            case .inside?, nil: break
            case .last?: endElement(at: length)
            case .behind?:
                endElement(at: length - 1)
                if byte == UInt8(ascii: "]") { ends[ends.count - 1] = length }
                if byte == UInt8(ascii: ",") { lineIsEmpty = false }
            }
        }
    }

    private mutating func endElement(at end: Int) {
        ends.append(end)
        element = nil
        isInArray = true
        lineIsEmpty = true
    }

    /// A message says how long it is. What says something impossible has no end.
    private mutating func addMessages(_ bytes: some Sequence<UInt8>) {
        for byte in bytes {
            length += 1
            messageBytes += 1
            lineIsEmpty = false
            if messageBytes <= 4 {
                messageLength = messageLength << 8 | Int(byte)
                let isPossible = AWSMessage.shortest...AWSMessage.longest ~= messageLength
                if messageBytes == 4, !isPossible { messageLength = .max }
                continue
            }
            guard messageBytes == messageLength else { continue }
            ends.append(length)
            (messageBytes, messageLength) = (0, 0)
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
