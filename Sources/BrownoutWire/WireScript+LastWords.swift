extension WireScript {
    /// Events at the end of a stream among which is the one that says why it ended.
    private static let lastEvents = 4

    /// What of the part that went out may say why the answer ended: a plain body that is out whole,
    /// or the payloads of the last events that are. Nil where that is not known, as the answer was
    /// only passed on.
    package var lastWords: [[UInt8]]? {
        switch answer.body {
        case .whole(let body): return bodyBytes < body.bytes.count ? [] : [body.bytes]
        case .events(let stream):
            let end = min(events, stream.count)
            return (max(end - WireScript.lastEvents, 0)..<end).map { index in
                var bytes: [UInt8] = []
                stream.render(index, &bytes)
                return stream.form.framing.read(bytes).payload
            }
        case .passed: return nil
        }
    }
}
