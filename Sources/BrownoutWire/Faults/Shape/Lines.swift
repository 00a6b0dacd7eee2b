import BrownoutJSON

// Streams whose lines are written in another way.
extension EventStream {
    /// `: keep-alive` and a blank line before every event, as gateways send it.
    func withComments() -> EventStream {
        rewriting { _, event in event.insert(contentsOf: SSE.comment.utf8, at: 0) }
    }

    func withIDs() -> EventStream {
        rewriting { index, event in
            event.insert(contentsOf: "id: \(index + 1)\n".utf8, at: 0)
        }
    }

    func withoutSpaces() -> EventStream {
        rewriting { _, event in
            for data in SSE.data(of: event).reversed()
            where event[data.lowerBound - 1] == UInt8(ascii: " ") {
                event.remove(at: data.lowerBound - 1)
            }
        }
    }

    func withByteOrderMark() -> EventStream {
        rewriting(0) { event in event.insert(contentsOf: SSE.byteOrderMark, at: 0) }
    }

    func endingLines(with end: [UInt8]) -> EventStream {
        rewriting { _, event in
            var written: [UInt8] = []
            var rest = 0
            for line in SSE.lines(of: event) {
                written.append(contentsOf: event[line])
                rest = line.upperBound + SSE.endLength(of: event, at: line.upperBound)
                if rest > line.upperBound { written.append(contentsOf: end) }
            }
            event = written
        }
    }

    /// The end of the last line stays, that of the blank one behind it does not.
    func withoutFinalBlankLine() -> EventStream {
        rewriting(count - 1) { event in
            while let blank = SSE.lines(of: event).last, blank.isEmpty, blank.lowerBound > 0 {
                event.removeSubrange(blank.lowerBound...)
            }
        }
    }
}
