import BrownoutWire

extension Answer {
    /// `no-message-stop`: a stream without the event that is its end: Anthropic's `message_stop`.
    func withoutMessageStop() -> Answer? {
        changingStream { stream in
            guard case .event? = stream.form.end else { return nil }
            return stream.terminal.map(stream.dropping)
        }
    }
}
