import BrownoutWire

extension Answer {
    /// `after-terminal`: behind the protocol's own end comes an event that came before: one that
    /// brings text, so that it shows whether a client goes on reading.
    func withEventAfterTerminal() -> Answer? {
        changingStream { stream in
            guard stream.count > 0 else { return nil }
            return stream.repeating(stream.middle ?? 0, at: stream.count)
        }
    }
}
