import BrownoutEngine
import BrownoutWire

extension Answer {
    /// `no-done`: a stream without what marks its end: OpenAI's `[DONE]`, Ollama's line that says
    /// `done`.
    func withoutDone() -> Answer? {
        changingStream { stream in
            stream.form.has(.endMarker) ? stream.terminal.map(stream.dropping) : nil
        }
    }
}
