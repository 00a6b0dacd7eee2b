import BrownoutJSON
package import BrownoutWire

/// What there is to know of an answer's bytes as a provider, or anything that speaks like one,
/// has written them: its events, its tokens, what it would be of the other kind.
///
/// All functions are of the body with its content codings undone.
package enum RecordedAnswer {
    /// Where the events of a body end, what stands behind each included. Together the events are
    /// the whole body: a last one that is torn counts, comments count, and further blank lines
    /// belong to the event behind them, at the end to the last one.
    package static func events(_ body: [UInt8], _ framing: EventFraming) -> [Int] {
        EventBorders(of: body, framing).ends
    }

    /// The events of a body as a stream, each as it was written. Tokens are counted when they are
    /// asked for, as most replays never ask.
    package static func stream(_ body: [UInt8], _ form: StreamForm) -> EventStream {
        let ends = events(body, form.framing)
        @Sendable func event(_ index: Int) -> ArraySlice<UInt8> {
            body[(index == 0 ? 0 : ends[index - 1])..<ends[index]]
        }
        let isClosed = body.last { $0 > 0x20 } == UInt8(ascii: "]")
        var stream = EventStream(
            form, count: ends.count, tokens: { tokens(ofEvent: event($0), form.framing) },
            write: { index, writer in writer.write(framed: event(index), isClosed: isClosed) })
        stream.terminal = stream.lastIndex { form.isEnd($0) }
        stream.toolMark = toolMark(body)
        return stream
    }

    /// A plain body that knows its tokens. Where each ends is found when it is asked for.
    package static func whole(_ body: [UInt8]) -> WholeBody {
        var whole = WholeBody(body, tokens: tokens(ofPlain: body)) { tokenEnds(body) }
        whole.toolMark = toolMark(body)
        return whole
    }

    /// What stands before the arguments of a tool call, in a stream or a plain body, with the
    /// spaces that it is written with; nil where there are none.
    package static func toolMark(_ body: [UInt8]) -> StaticString? {
        body.withUnsafeBytes { bytes in
            var rest = bytes[...]
            var best = marks.count
            while best > 0, let quote = rest.firstIndex(of: UInt8(ascii: "\"")) {
                rest = rest[(quote + 1)...]
                switch rest.first {
                case UInt8(ascii: "a")?, UInt8(ascii: "p")?, UInt8(ascii: "i")?: break
                default: continue
                }
                if let found = marks[..<best].firstIndex(where: { isMark($0, rest) }) {
                    best = found
                }
            }
            return best < marks.count ? marks[best] : nil
        }
    }

    /// Whether bytes behind a quote go on as a mark does behind its own.
    private static func isMark(_ mark: StaticString, _ bytes: Slice<UnsafeRawBufferPointer>) -> Bool
    {
        bytes.starts(
            with: UnsafeRawBufferPointer(
                start: mark.utf8Start + 1, count: mark.utf8CodeUnitCount - 1))
    }

    /// In the order in which they count. OpenAI pretty-prints its plain bodies and not its chunks; others do as they like.
    private static let marks: [StaticString] = [
        "\"arguments\":\"", "\"arguments\": \"", "\"partial_json\":\"", "\"partial_json\": \"",
        "\"input\":{", "\"input\": {", "\"input\":\"", "\"input\": \"",
        "\"arguments\":{", "\"arguments\": {",
    ]

    /// The JSON that the events of a body carry, in order; what is none, as `[DONE]`, is left out.
    /// One at a time: of a long stream only one is held.
    static func eachFrame(_ body: [UInt8], _ framing: EventFraming, _ visit: (JSON) -> Void) {
        var start = 0
        for end in events(body, framing) {
            let event = framing.read(body[start..<end])
            start = end
            if let json = EventData.json(event.payload) { visit(json) }
        }
    }

    /// Whether a body has come to the protocol's own end, so that a client has all of it whatever
    /// becomes of its framing: the terminal event of a stream, or an error in its place; JSON that
    /// is whole, where it has no form of a stream.
    package static func hasEnded(_ body: [UInt8], _ form: StreamForm?) -> Bool {
        guard let form else {
            return body.contains(UInt8(ascii: "{")) && (try? JSON.parse(body)) != nil
        }
        let ends = events(body, form.framing)
        for index in ends.indices.reversed() {
            let event = form.framing.read(body[(index == 0 ? 0 : ends[index - 1])..<ends[index]])
            if event.payload.isEmpty { continue }
            if form.isEnd(event) { return true }
            guard let json = try? JSON.parse(event.payload) else { return false }
            if !(json["error"] ?? .null).isNull { return true }
            return json["type"]?.stringValue.map(furtherEnds.contains) ?? false
        }
        return false
    }

    /// Errors, and the ends of streams of endpoints that are only passed on (wire facts, 2.2 and
    /// 3).
    private static let furtherEnds = [
        "error", "response.completed", "response.failed", "response.incomplete",
        "transcript.text.done", "speech.audio.done", "image_generation.completed",
        "image_edit.completed",
    ]
}
