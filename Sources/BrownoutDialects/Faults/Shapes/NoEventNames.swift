import BrownoutJSON
import BrownoutWire

extension Answer {
    /// `no-event-names`: events without their `event:` line, as from a proxy that knows OpenAI's
    /// streams alone. Nil for a stream that has no names.
    func withoutEventNames() -> Answer? {
        changingStream { stream in
            guard stream.count > 0, stream.event(0).name != nil else { return nil }
            return stream.rewriting { _, event in
                guard event.starts(with: EventName.key),
                    let end = event.firstIndex(of: UInt8(ascii: "\n"))
                else { return }
                event.removeSubrange(...end)
            }
        }
    }
}

private enum EventName {
    static let key = Array("event: ".utf8)
}
