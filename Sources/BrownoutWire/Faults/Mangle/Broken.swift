// Events whose bytes are wrong.
extension EventStream {
    /// A control character at a byte; without one, the last sign of the data is missing.
    func breakingJSON(of event: Int, at byte: Int?) -> EventStream {
        rewriting(event) { bytes in
            if let byte {
                bytes[byte] = BrokenBytes.control
            } else if let last = bytes.lastIndex(where: { $0 != UInt8(ascii: "\n") }) {
                bytes.remove(at: last)
            }
        }
    }

    /// A byte that UTF-8 does not have, at a place or amid the event's data.
    func breakingUTF8(of event: Int, at byte: Int?) -> EventStream {
        rewriting(event) { bytes in
            guard !bytes.isEmpty else { return }
            bytes[byte ?? SSE.data(of: bytes).map { ($0.lowerBound + $0.upperBound) / 2 } ?? 0] =
                BrokenBytes.notUTF8
        }
    }
}
