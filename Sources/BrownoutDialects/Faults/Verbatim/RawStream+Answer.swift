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
        var events: [[UInt8]] = []
        var pauses: [Duration] = []
        var pause = Duration.zero
        for frame in frames {
            switch frame {
            case .wait(let wait):
                pause += wait
                continue
            case .text(let text): events.append(Array(text.utf8))
            case .event(let name, let data): events.append(Self.event(name, data))
            }
            pauses.append(pause)
            pause = .zero
        }
        if pause > .zero {
            events.append([])
            pauses.append(pause)
        }
        self.init(count: events.count, tokens: { _ in 0 }) { [events] index, bytes in
            bytes.append(contentsOf: events[index])
        }
        self.pause = { [pauses] index in index < pauses.count ? pauses[index] : .zero }
    }

    /// `event:` where there is a name, a `data:` for each line, and the blank line (WHATWG HTML,
    /// 9.2.6).
    private static func event(_ name: String?, _ data: String) -> [UInt8] {
        var bytes: [UInt8] = []
        if let name {
            bytes.append(text: "event: ")
            bytes.append(text: name)
            bytes.append(UInt8(ascii: "\n"))
        }
        for line in data.split(separator: "\n", omittingEmptySubsequences: false) {
            bytes.append(text: "data: ")
            bytes.append(text: String(line))
            bytes.append(UInt8(ascii: "\n"))
        }
        bytes.append(UInt8(ascii: "\n"))
        return bytes
    }
}
