import BrownoutJSON

// Streams whose lines are written in another way.
extension EventStream {
    /// `: keep-alive` and a blank line before every event, as gateways send it.
    func withComments() -> EventStream {
        rewriting { _, event in event.insert(contentsOf: ": keep-alive\n\n".utf8, at: 0) }
    }

    func withIDs() -> EventStream {
        rewriting { index, event in
            event.insert(contentsOf: "id: \(index + 1)\n".utf8, at: 0)
        }
    }

    func withoutSpaces() -> EventStream {
        rewriting { _, event in
            guard let data = SSE.data(of: event), event[data.lowerBound - 1] == UInt8(ascii: " ")
            else { return }
            event.remove(at: data.lowerBound - 1)
        }
    }

    func withByteOrderMark() -> EventStream {
        rewriting(0) { event in event.insert(contentsOf: [0xEF, 0xBB, 0xBF], at: 0) }
    }

    func endingLines(with end: [UInt8]) -> EventStream {
        rewriting { _, event in
            event = event.flatMap { $0 == UInt8(ascii: "\n") ? end : [$0] }
        }
    }

    func withoutFinalBlankLine() -> EventStream {
        rewriting(count - 1) { event in if !event.isEmpty { event.removeLast() } }
    }
}
