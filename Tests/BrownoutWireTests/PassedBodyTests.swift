import BrownoutEngine
import BrownoutWire
import Testing

/// What somebody else sent is sent again piece by piece, whether it is known whole or still comes.
@Suite struct PassedBodyTests {
    private static let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    private static let events = ["data: a\n\n", "data: b\n\n", "data: c\n\n"]

    private func script(_ body: PassedBody, framing: String = "chunked") -> WireScript {
        let fields: HeaderBlock =
            framing == "chunked" ? ["Transfer-Encoding": "chunked"] : ["content-length": framing]
        return WireScript(
            Answer(
                head: ResponseHead(status: 200, reason: "OK", fields: fields), body: .passed(body)))
    }

    /// All of it in chunks of so many bytes, 10 ms apart.
    private func whole(
        _ size: Int, _ ending: RecordedEnding = .complete
    ) -> PassedBody {
        let bytes = Self.events.flatMap { Array($0.utf8) }
        var pieces: [(end: Int, wait: Duration)] = []
        for start in stride(from: 0, to: bytes.count, by: size) {
            pieces.append((min(start + size, bytes.count), .milliseconds(10)))
        }
        var body = PassedBody(
            framing: .chunked, events: .sse, bytes: bytes, pieces: pieces, ending: ending,
            after: .milliseconds(5))
        var ends: [Int] = []
        for event in Self.events { ends.append((ends.last ?? 0) + event.utf8.count) }
        let borders = ends
        body.form = .events(
            EventStream(StreamForm(.sse), count: 3, tokens: { _ in 1 }) { index, writer in
                writer.bytes += bytes[(index == 0 ? 0 : borders[index - 1])..<borders[index]]
            })
        return body
    }

    private func text(_ script: WireScript) -> [String] {
        script.steps.map { step in
            switch step {
            case .send(let bytes): String(decoding: bytes, as: UTF8.self)
            case .wait(let duration): "wait \(duration.inMilliseconds)"
            default: "\(step)"
            }
        }
    }

    /// The bytes of the body that go out, chunk by chunk.
    private func chunks(_ script: WireScript) -> [String] {
        script.steps.dropFirst().compactMap { step in
            guard case .send(let bytes) = step, bytes != Array("0\r\n\r\n".utf8) else { return nil }
            let text = String(decoding: bytes, as: UTF8.self)
            return String(text.drop { $0 != "\r\n" }.dropFirst().dropLast())
        }
    }

    @Test func chunksAreWhatTheyWereWithTheirWaits() {
        #expect(
            text(script(whole(20))) == [
                Self.head, "wait 10", "14\r\ndata: a\n\ndata: b\n\nda\r\n", "wait 10",
                "7\r\nta: c\n\n\r\n", "wait 5", "0\r\n\r\n", "end",
            ])
    }

    @Test(arguments: [
        (RecordedEnding.closedEarly, ["closeWrite"]), (.reset, ["drain", "reset"]),
        (.timedOut, ["hang"]),
    ])
    func anEndThatIsNoneIsPlayedAsItWas(ending: RecordedEnding, steps: [String]) {
        let script = script(whole(9, ending))
        #expect(Array(text(script).suffix(steps.count)) == steps)
        #expect(!script.succeeds)
    }

    @Test(
        arguments: [
            (Position.byte(12), 12), (.event(0), 0), (.event(2), 18), (.token(1), 9),
            (.terminal, 18), (.headers, 0),
        ] as [(Position, Int)])
    func aCutStandsAtItsByteWhateverTheChunks(position: Position, bytes: Int) {
        for size in [1, 4, 9, 20, 27] {
            let cut = script(whole(size)).cut(.reset, at: position)
            let sent = chunks(cut).joined()
            #expect(sent.utf8.count == bytes)
            #expect(cut.steps.last == .reset)
        }
    }

    private let error = StreamEvent(nil, Array("error".utf8))

    @Test func anErrorEventStandsBetweenEvents() {
        let failed = script(whole(4)).failing(with: [error], at: .byte(10))
        #expect(chunks(failed).joined() == "data: a\n\ndata: b\n\ndata: error\n\n")
    }

    /// A recording can break off amid an event, and a character can be torn by its chunks.
    @Test func anErrorEventIsNeverGluedToATornEvent() {
        let bytes = Array("data: a\n\ndata: caf\u{E9}\n\ndata: to".utf8)
        func body(_ position: Position) -> String {
            var body = PassedBody(
                framing: .chunked, events: .sse, bytes: bytes,
                pieces: [(14, .zero), (bytes.count, .zero)],
                ending: .closedEarly, after: .zero)
            let borders = EventBorders(of: bytes, .sse).ends
            body.form = .events(
                EventStream(StreamForm(.sse), count: borders.count, tokens: { _ in 1 }) {
                    index, writer in
                    writer.bytes += bytes[(index == 0 ? 0 : borders[index - 1])..<borders[index]]
                })
            let failed = script(body).failing(with: [error], at: position)
            return chunks(failed).joined()
        }
        let whole = "data: a\n\ndata: caf\u{E9}\n\n"
        #expect(body(.inUTF8) == whole + "data: error\n\n")
        #expect(body(.event(3)) == whole + "data: error\n\n")
        #expect(body(.byte(bytes.count)) == whole + "data: error\n\n")
        #expect(body(.byte(3)) == "data: a\n\ndata: error\n\n")
    }

    // MARK: While it comes

    private func coming() -> WireScript {
        var body = PassedBody(framing: .chunked, events: .sse)
        body.tokens = { $0.contains(UInt8(ascii: "b")) ? 2 : 1 }
        return script(body)
    }

    private func play(_ script: inout WireScript) -> (String, WireCue?) {
        var text = ""
        var bytes: [UInt8] = []
        while let cue = script.next(into: &bytes) {
            text += String(decoding: bytes, as: UTF8.self)
            bytes = []
            if cue != .sent { return (text, cue) }
        }
        return (text, nil)
    }

    @Test func whatComesGoesOutAtOnce() {
        var script = coming()
        #expect(play(&script) == (Self.head, .await(until: nil)))
        script.receive(Array("data: a\n".utf8))
        #expect(play(&script) == ("8\r\ndata: a\n\r\n", .await(until: nil)))
        script.receive(Array("\n".utf8))
        script.receiveEnd(.complete)
        #expect(play(&script) == ("1\r\n\n\r\n0\r\n\r\n", .end))
        #expect(script.succeeded)
    }

    @Test(arguments: [(Position.event(1), 9), (.byte(11), 11), (.token(3), 18), (.token(2), 18)])
    func aCutWaitsForItsPlaceInWhatComes(position: Position, bytes: Int) {
        var script = coming().cut(.fin, at: position)
        var sent = play(&script).0.dropFirst(Self.head.count)
        var last: WireCue?
        for byte in Self.events.joined().utf8 {
            script.receive([byte])
            let (text, cue) = play(&script)
            sent += text
            last = cue
            if cue != .await(until: nil) { break }
        }
        #expect(last == .closeWrite)
        #expect(sent.split(separator: "\r\n").count == bytes * 2)
    }

    @Test func aMomentComesThoughNothingElseDoes() {
        var script = coming().cut(.reset, at: .elapsed(.seconds(2)))
        #expect(play(&script).1 == .await(until: .seconds(2)))
        script.elapse(to: .seconds(2))
        #expect(play(&script) == ("", .drain))
    }

    @Test func whatWasSentIsNotKept() {
        var script = coming()
        _ = play(&script)
        let piece = [UInt8](repeating: 0x61, count: 100_000)
        for _ in 0..<50 {
            script.receive(piece)
            _ = play(&script)
        }
        #expect(script.backlog == 0)
        #expect(script.bodyBytes == 5_000_000)
    }
}
