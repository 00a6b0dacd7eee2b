import BrownoutWire

extension Answer {
    /// `no-message-stop`: a stream of Anthropic's without `message_stop`.
    func withoutMessageStop() -> Answer? {
        changingStream { stream in
            stream.lastIndex { $0.elementsEqual(#"{"type":"message_stop"}"#.utf8) }
                .map(stream.dropping)
        }
    }
}
