import BrownoutWire

extension Answer {
    /// `no-done`: an OpenAI stream without `[DONE]`.
    func withoutDone() -> Answer? {
        changingStream { stream in
            stream.lastIndex { $0.elementsEqual("[DONE]".utf8) }.map(stream.dropping)
        }
    }
}
