package import BrownoutEngine
import BrownoutJSON

extension WireScript {
    /// The answer with one event changed: the one the position falls into or the next behind it.
    /// Of a plain body, which is no stream, its bytes can be changed.
    package func mangled(_ mangle: Mangle, at position: Position) -> WireScript {
        switch answer.body {
        case .events(let stream):
            guard var (event, byte) = place(position, in: stream) else { return self }
            if mangle.needsData, mangle != .badUTF8 || byte == nil {
                // A comment has no data: the next event that has some.
                guard let place = stream.eventWithData(from: event) else { return self }
                if place > event { (event, byte) = (place, nil) }
            }
            return with(stream.mangled(mangle, event, byte), for: stream)
        case .whole(let body):
            let byte = min(body.byte(at: position), max(body.bytes.count - 1, 0))
            guard body.bytes.indices.contains(byte), body.byte(at: position) < .max else {
                return self
            }
            let broken: WholeBody
            switch mangle {
            case .badJSON:
                broken = body.breaking(byte, with: BrokenBytes.control, sparesEnd: true)
            case .badUTF8:
                broken = body.breaking(byte, with: BrokenBytes.notUTF8, sparesEnd: false)
            case .drop, .duplicate, .reorder, .hugeEvent, .commentFlood, .pingFlood:
                return self
            }
            guard
                let place = body.bytes.indices.first(where: { body.bytes[$0] != broken.bytes[$0] })
            else { return self }
            var script = self
            script.answer.body = .whole(broken)
            return script.marked(at: .byte(place + 1))
        case .passed: preconditionFailure("a body is mangled in its form")
        }
    }
}

extension Mangle {
    /// Whether it is about the data of an event.
    fileprivate var needsData: Bool {
        switch self {
        case .badJSON, .badUTF8, .hugeEvent: true
        case .drop, .duplicate, .reorder, .commentFlood, .pingFlood: false
        }
    }
}

extension EventStream {
    /// The first event from an index on that has data.
    fileprivate func eventWithData(from start: Int) -> Int? {
        var bytes: [UInt8] = []
        return (start..<count).first { index in
            bytes.removeAll(keepingCapacity: true)
            render(index, &bytes)
            return form.framing.payload(of: bytes).contains { !$0.isEmpty }
        }
    }

    fileprivate func mangled(_ mangle: Mangle, _ event: Int, _ byte: Int?) -> EventStream {
        switch mangle {
        case .drop: dropping(event)
        case .duplicate: duplicating(event)
        case .reorder: reordering(event)
        case .badJSON: breakingJSON(of: event, at: byte)
        case .badUTF8: breakingUTF8(of: event, at: byte)
        case .hugeEvent: inflating(event)
        case .commentFlood: flooding(event) { $0.bytes.append(text: SSE.comment) }
        case .pingFlood:
            form.ping.map(\.event).map { ping in
                flooding(event) { $0.write(ping) }
            } ?? self
        }
    }

    /// The same stream with the bytes of its events changed, frames and all.
    package func rewriting(
        _ change: @escaping @Sendable (_ index: Int, _ event: inout [UInt8]) -> Void
    ) -> EventStream {
        let write = self.write
        var stream = self
        stream.write = { index, writer in
            var event = writer.emptied
            write(index, &event)
            change(index, &event.bytes)
            writer.bytes.append(contentsOf: event.bytes)
        }
        return stream
    }

    /// The same stream with the bytes of one event changed, its frame and all.
    func rewriting(
        _ event: Int, _ change: @escaping @Sendable (_ event: inout [UInt8]) -> Void
    ) -> EventStream {
        rewriting { index, bytes in if index == event { change(&bytes) } }
    }

    /// The same stream with the payload of one event changed, which stands in pieces of its bytes;
    /// the frame is set right again.
    func rewritingPayload(
        of event: Int,
        _ change: @escaping @Sendable (_ event: inout [UInt8], _ payload: [Range<Int>]) -> Void
    ) -> EventStream {
        let framing = form.framing
        return rewriting(event) { bytes in
            let payload = framing.payload(of: bytes)
            change(&bytes, payload)
            framing.seal(&bytes)
        }
    }
}

/// Bytes that break what they stand in.
enum BrokenBytes {
    /// A control character, which JSON has neither in strings nor between its signs.
    static let control: UInt8 = 0x01
    /// A byte that no text in UTF-8 holds.
    static let notUTF8: UInt8 = 0xFF
}
