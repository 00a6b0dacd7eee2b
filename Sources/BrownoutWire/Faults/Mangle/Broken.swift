// Events whose bytes are wrong. Their lines, and the events around them, stay what they were.
extension EventStream {
    /// A control character at a byte of the data; without one there, the last sign of the data is
    /// missing. Data that would still be JSON then has the control character in its place.
    func breakingJSON(of event: Int, at byte: Int?) -> EventStream {
        rewritingPayload(of: event) { bytes, data in
            if let byte, data.contains(where: { $0.contains(byte) }) {
                bytes[byte] = BrokenBytes.control
                return
            }
            let last = data.reversed().compactMap { line in
                bytes[line].lastIndex { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }
            }.first
            guard let last else { return }
            if [UInt8(ascii: "}"), UInt8(ascii: "]"), UInt8(ascii: "\"")].contains(bytes[last]) {
                bytes.remove(at: last)
            } else {
                bytes[last] = BrokenBytes.control
            }
        }
    }

    /// A byte that UTF-8 does not have, at a place, or amid the event's data: so it is where the
    /// place is the end of a line, too.
    func breakingUTF8(of event: Int, at byte: Int?) -> EventStream {
        let framing = form.framing
        return rewritingPayload(of: event) { bytes, payload in
            let data = payload.first { !$0.isEmpty }
            let middle = data.map { ($0.lowerBound + $0.upperBound) / 2 }
            if let byte, framing.survives(anotherByteAt: byte, of: bytes) {
                bytes[byte] = BrokenBytes.notUTF8
            } else if let place = middle ?? bytes.indices.first {
                bytes[place] = BrokenBytes.notUTF8
            }
        }
    }
}

extension WholeBody {
    /// A byte put in the place of the one at an index. JSON is over before the white space behind
    /// it, so what falls there breaks its last sign.
    func breaking(_ index: Int, with byte: UInt8, sparesEnd: Bool) -> WholeBody {
        var body = self
        var place = index
        if sparesEnd {
            let last = bytes.lastIndex { !Self.spaces.contains($0) }
            place = min(index, last ?? index)
        }
        body.bytes[place] = byte
        return body
    }

    private static let spaces: [UInt8] = [0x09, 0x0A, 0x0D, 0x20]
}
