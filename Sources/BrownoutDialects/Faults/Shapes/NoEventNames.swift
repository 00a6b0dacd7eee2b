import BrownoutJSON
import BrownoutWire

extension Answer {
    /// `no-event-names`: events without their `event:` line, as from a proxy that knows OpenAI's
    /// streams alone. Nil for a stream that has no names.
    func withoutEventNames() -> Answer? {
        changingStream { stream in
            guard stream.count > 0, stream.event(0).starts(with: EventName.key) else { return nil }
            var unnamed = stream
            unnamed.render = { [render = stream.render] index, bytes in
                let start = bytes.count
                render(index, &bytes)
                guard bytes[start...].starts(with: EventName.key),
                    let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n"))
                else { return }
                bytes.removeSubrange(start...end)
            }
            return unnamed
        }
    }
}

private enum EventName {
    static let key = Array("event: ".utf8)
}
