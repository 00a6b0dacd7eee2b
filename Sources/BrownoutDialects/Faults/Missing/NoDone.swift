import BrownoutWire

extension Answer {
    /// `no-done`: a stream without the mark that is its end: OpenAI's `[DONE]`.
    func withoutDone() -> Answer? {
        changingStream { stream in
            guard case .marker? = stream.form.end else { return nil }
            return stream.terminal.map(stream.dropping)
        }
    }
}
