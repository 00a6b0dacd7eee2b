import BrownoutEngine
import BrownoutJSON
import BrownoutWire

extension Answer {
    /// A stream in a scenario's own words: every frame is an event, and goes out in a chunk of its
    /// own. How it ends is for the script to say, behind the last event.
    init(_ raw: RawStream) {
        var fields = HeaderBlock()
        fields.append("content-type", raw.contentType)
        for field in raw.headers { fields.append(field.name, field.value) }
        self.init(
            head: ResponseHead(
                status: raw.status, reason: ReasonPhrase.of(raw.status), fields: fields),
            body: .events(EventStream(frames: raw.frames)))
    }
}

extension EventStream {
    /// A wait behind the last frame is the pause before an event without a byte: so it is over
    /// before the stream ends, whichever way it does.
    fileprivate init(frames: [RawStream.Frame]) {
        var sent: [RawStream.Frame] = []
        var pauses: [Duration] = []
        var pause = Duration.zero
        for frame in frames {
            if case .wait(let wait) = frame {
                pause += wait
                continue
            }
            sent.append(frame)
            pauses.append(pause)
            pause = .zero
        }
        if pause > .zero {
            sent.append(.text(""))
            pauses.append(pause)
        }
        self.init(StreamForm(.sse), count: sent.count, tokens: { _ in 0 }) {
            [sent] index, writer in
            switch sent[index] {
            case .text(let text): writer.bytes.append(text: text)
            case .event(let name, let data):
                writer.write(StreamEvent(name, Array(data.utf8)))
            case .wait: break
            }
        }
        self.pause = { [pauses] index in index < pauses.count ? pauses[index] : .zero }
    }
}
