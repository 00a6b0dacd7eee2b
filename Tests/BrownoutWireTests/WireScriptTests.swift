import BrownoutEngine
import Testing

@testable import BrownoutWire

/// Scripts are values: what a connection will see is compared with `==`, without a socket.
@Suite struct WireScriptTests {
    private static let head = "HTTP/1.1 200 OK\r\nx: y\r\ntransfer-encoding: chunked\r\n\r\n"

    /// Five events `e0|`, `e1|`, …; each but the last brings one token.
    private func stream(waits: Waits = .none) -> WireScript {
        let events = EventStream(StreamForm(.sse), count: 5, tokens: { $0 < 4 ? 1 : 0 }) {
            index, writer in
            writer.bytes.append(contentsOf: "e\(index)|".utf8)
        }
        let head = ResponseHead(status: 200, reason: "OK", fields: ["x": "y"])
        return WireScript(Answer(head: head, body: .events(events)), waits: waits)
    }

    private func plain(waits: Waits = .none) -> WireScript {
        let body = WholeBody(Array("0123456789".utf8), tokens: 2) { [4, 8] }
        let head = ResponseHead(status: 200, reason: "OK", fields: [:])
        return WireScript(Answer(head: head, body: .whole(body)), waits: waits)
    }

    /// Steps as text: bytes as they are, waits in milliseconds.
    private func text(_ script: WireScript) -> [String] {
        script.steps.map { step in
            switch step {
            case .send(let bytes): String(decoding: bytes, as: UTF8.self)
            case .wait(let duration): "wait \(duration.inMilliseconds)"
            case .drain: "drain"
            case .end: "end"
            case .closeWrite: "FIN"
            case .reset: "RST"
            case .hang: "hang"
            case .cue(let cue): "\(cue)"
            }
        }
    }

    private func chunks(_ indices: Range<Int>) -> [String] {
        indices.map { "3\r\ne\($0)|\r\n" }
    }

    @Test func aStreamIsOneChunkAnEventAndALastChunk() {
        #expect(text(stream()) == [Self.head] + chunks(0..<5) + ["0\r\n\r\n", "end"])
        #expect(stream().steps == stream().steps)
    }

    /// A place that is beyond every byte.
    @Test func aBodyTricklesThoughAFaultHasNoPlaceInIt() {
        let rate = ByteRate(bytes: 1000, per: .seconds(1))
        let trickled = stream().cut(.fin, at: .byte(.max)).dribbling(rate, at: .start)
        let bytes = trickled.steps.flatMap { step -> [UInt8] in
            if case .send(let bytes) = step { bytes } else { [] }
        }
        let whole = stream().steps.flatMap { step -> [UInt8] in
            if case .send(let bytes) = step { bytes } else { [] }
        }
        #expect(bytes == whole)
    }

    @Test func aPlainAnswerHasALength() {
        let head = "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n"
        #expect(text(plain()) == [head, "0123456789", "end"])
    }

    @Test func aLongPlainBodyGoesOutInSteps() {
        let body = [UInt8](repeating: 7, count: 150_000)
        let head = ResponseHead(status: 200, reason: "OK", fields: [:])
        for version in [HTTPVersion.http1, .http2] {
            let script = WireScript(
                Answer(head: head, body: .whole(WholeBody(body))), version: version)
            #expect(script.heldBytes == 150_000)
            let sent = script.steps.compactMap { step -> [UInt8]? in
                if case .send(let bytes) = step { bytes } else { nil }
            }
            #expect(sent.suffix(3).map(\.count) == [65_536, 65_536, 18_928])
            #expect(Array(sent.suffix(3).joined()) == body)
        }
    }

    private func stream(over version: HTTPVersion, waits: Waits) -> WireScript {
        WireScript(stream().answer, waits: waits, version: version)
    }

    /// A stream of HTTP/2 ends alone, also where there is no head to end.
    @Test func aCleanEndBeforeTheHeadEndsWhatCanEnd() {
        let waits = Waits(beforeHeaders: .milliseconds(500))
        let position = Position.elapsed(.milliseconds(200))
        #expect(
            text(stream(over: .http1, waits: waits).cut(.clean, at: position))
                == ["wait 200", "FIN"])
        #expect(
            text(stream(over: .http2, waits: waits).cut(.clean, at: position))
                == ["wait 200", "resetStream(2)"])
    }

    @Test func anErrorEventThatIsDueBeforeTheHeadComesBehindIt() {
        let error = StreamEvent(nil, Array("error".utf8))
        let waits = Waits(beforeHeaders: .milliseconds(500))
        let script = stream(over: .http1, waits: waits)
            .failing(
                with: [error], at: .elapsed(.milliseconds(200)))
        #expect(
            text(script) == ["wait 500", Self.head, "d\r\ndata: error\n\n\r\n", "0\r\n\r\n", "end"])
    }

    @Test func aTruncatedBodyHasItsLengthInEveryProtocol() {
        let half = stream().framed(.truncatedBody, at: .start)
        #expect(
            text(half) == [
                "HTTP/1.1 200 OK\r\nx: y\r\ncontent-length: 7\r\n\r\n", "e0|", "e1|", "e", "end",
            ])
        let http2 = stream(over: .http2, waits: .none).framed(.truncatedBody, at: .start)
        #expect(http2.head.fields.value(of: "content-length") == "7")
        #expect(text(http2).suffix(4) == ["e0|", "e1|", "e", "end"])
    }

    @Test func waitsStandBeforeTheHeadersAndBeforeTokens() {
        let waits = Waits(
            beforeHeaders: .milliseconds(50), firstToken: .milliseconds(30),
            betweenTokens: .constant(.milliseconds(10)))
        let c = chunks(0..<5)
        #expect(
            text(stream(waits: waits)) == [
                "wait 50", Self.head, "wait 30", c[0], "wait 10", c[1], "wait 10", c[2],
                "wait 10", c[3], c[4], "0\r\n\r\n", "end",
            ])
        // A plain answer takes as long as its stream would.
        #expect(text(plain(waits: waits))[0] == "wait 90")
    }

    @Test(arguments: [
        (CutEnding.reset, ["drain", "RST"]), (.fin, ["FIN"]), (.stall, ["hang"]),
        (.clean, ["0\r\n\r\n", "end"]),
    ])
    func aCutDeliversWhatStandsBeforeItAndNothingAfter(ending: CutEnding, steps: [String]) {
        #expect(
            text(stream().cut(ending, at: .event(2))) == [Self.head] + chunks(0..<2) + steps)
    }

    @Test(arguments: [
        (Position.headers, 0), (.event(0), 0), (.event(4), 4), (.event(5), 5), (.token(3), 3),
        (.percent(Chance(50, outOf: 100) ?? .never), 2), (.terminal, 4), (.byte(6), 2),
        (.byte(0), 0),
    ])
    func aPositionCountsWhatHasGoneOutBefore(position: Position, events: Int) {
        let script = text(stream().cut(.reset, at: position))
        #expect(script == [Self.head] + chunks(0..<events) + ["drain", "RST"])
    }

    @Test func nothingIsSentBeforeStart() {
        #expect(text(stream().cut(.fin, at: .start)) == ["FIN"])
        #expect(text(stream().cut(.reset, at: .start)) == ["drain", "RST"])
        #expect(text(plain().hanging(for: nil, at: .start)) == ["hang"])
    }

    @Test func aCutInsideAnEventSendsExactlyTheBytesBeforeIt() {
        #expect(
            text(stream().cut(.reset, at: .byte(4)))
                == [Self.head, "3\r\ne0|\r\n", "1\r\ne\r\n", "drain", "RST"])
    }

    @Test func aStallInsideAnEventGoesOnWithItsRest() {
        #expect(
            text(stream().stalled(for: .seconds(2), at: .byte(4)))
                == [Self.head, "3\r\ne0|\r\n", "1\r\ne\r\n", "wait 2000", "2\r\n1|\r\n"]
                + chunks(2..<5) + ["0\r\n\r\n", "end"])
    }

    @Test func aCutByTimeSplitsTheWaitItFallsInto() {
        let waits = Waits(
            firstToken: .milliseconds(100), betweenTokens: .constant(.milliseconds(100)))
        let c = chunks(0..<5)
        #expect(
            text(stream(waits: waits).cut(.fin, at: .elapsed(.milliseconds(250))))
                == [Self.head, "wait 100", c[0], "wait 100", c[1], "wait 50", "FIN"])
        #expect(
            text(stream(waits: waits).stalled(for: .seconds(1), at: .elapsed(.milliseconds(250))))
                .prefix(8)
                == [
                    Self.head, "wait 100", c[0], "wait 100", c[1], "wait 50", "wait 1000",
                    "wait 50",
                ])
    }

    @Test func anErrorEventStandsBetweenEvents() {
        let error = StreamEvent(nil, Array("boom!".utf8))
        let after = ["d\r\ndata: boom!\n\n\r\n", "0\r\n\r\n", "end"]
        for (position, events) in [
            (Position.event(2), 2), (.byte(4), 2), (.start, 0), (.headers, 0), (.token(1), 1),
        ] {
            #expect(
                text(stream().failing(with: [error], at: position))
                    == [Self.head] + chunks(0..<events) + after)
        }
    }

    @Test func plainBodiesAreCutAtBytesAndTokens() {
        let head = "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n"
        #expect(text(plain().cut(.fin, at: .byte(3))) == [head, "012", "FIN"])
        #expect(text(plain().cut(.reset, at: .token(1))) == [head, "0123", "drain", "RST"])
        #expect(text(plain().cut(.fin, at: .terminal)) == [head, "012345678", "FIN"])
        #expect(text(plain().cut(.fin, at: .event(1))) == [head, "0123456789", "FIN"])
        #expect(
            text(plain().stalled(for: .seconds(1), at: .byte(3)))
                == [head, "012", "wait 1000", "3456789", "end"])
        // A clean cut of a plain body is a well-framed half.
        #expect(
            text(plain().cut(.clean, at: .byte(3)))
                == ["HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\n", "012", "end"])
    }

    @Test func aHangWithATimeEndsInFIN() {
        #expect(
            text(stream().hanging(for: .seconds(5), at: .headers)) == [
                Self.head, "wait 5000", "FIN",
            ])
    }

    @Test func aScriptKnowsWhetherItsFaultWasReached() {
        func played(_ script: WireScript) -> WireScript {
            var script = script
            var bytes: [UInt8] = []
            while script.next(into: &bytes) != nil {}
            return script
        }
        let whole = played(stream())
        #expect(whole.isWhole && !whole.isInjected)
        #expect(whole.events == 5 && whole.tokens == 4 && whole.bodyBytes == 15)
        let missed = played(stream().cut(.reset, at: .event(6)))
        #expect(missed.isWhole && !missed.isInjected)
        let cut = played(stream().cut(.clean, at: .event(1)))
        #expect(!cut.isWhole && cut.isInjected)
        #expect(played(stream().stalled(for: .seconds(1), at: .event(1))).isWhole)
    }

    /// Behind all bytes of a body there is still its last chunk.
    @Test(arguments: [
        (FramingFault.badChunkSize, ["zz\r\n\r\n", "end"]), (.noChunkEnd, ["0\r\n", "FIN"]),
    ])
    func theLastChunkIsTheWrongOne(fault: FramingFault, end: [String]) {
        let wrong = stream().applying(.framing(fault, at: .percent(.always))) { _ in [] }
        #expect(text(wrong) == [Self.head] + chunks(0..<5) + end)
        #expect(!wrong.succeeds)
        let whole = plain().applying(.framing(fault, at: .event(1))) { _ in [] }
        #expect(
            text(whole) == [
                "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", "a\r\n0123456789\r\n",
            ] + end)
        let missed = plain().applying(.framing(fault, at: .event(3))) { _ in [] }
        #expect(text(missed) == text(plain()))
    }

    /// What would come behind the end of an answer is no cut, and no stall.
    @Test func behindTheLastByteNothingIsCut() {
        #expect(text(stream().cut(.clean, at: .percent(.always))) == text(stream()))
        #expect(text(plain().cut(.clean, at: .event(1))) == text(plain()))
        #expect(text(plain().stalled(for: .seconds(1), at: .percent(.always))) == text(plain()))
        // The last chunk of a stream can be late.
        #expect(
            text(stream().stalled(for: .seconds(1), at: .percent(.always))).suffix(3)
                == ["wait 1000", "0\r\n\r\n", "end"])
    }

    /// An event that goes out in pieces, or a head that is not out yet, is not broken into.
    @Test func anErrorEventByTimeWaitsForTheEndOfAnEvent() {
        let error = StreamEvent(nil, Array("boom!".utf8))
        let slow = stream().dribbling(ByteRate(bytes: 10), at: .start)
        let failing = slow.failing(with: [error], at: .elapsed(.milliseconds(150)))
        #expect(
            text(failing) == [
                Self.head, "wait 100", "1\r\ne\r\n", "wait 100", "1\r\n0\r\n", "wait 100",
                "1\r\n|\r\n", "d\r\ndata: boom!\n\n\r\n", "0\r\n\r\n", "end",
            ])
        let early = stream(waits: Waits(beforeHeaders: .milliseconds(50)))
            .failing(with: [error], at: .elapsed(.milliseconds(20)))
        #expect(
            text(early) == ["wait 50", Self.head, "d\r\ndata: boom!\n\n\r\n", "0\r\n\r\n", "end"])
    }

    @Test(arguments: [0, 1, 15, 16, 255, 256, 4095, 4096, 70_000])
    func chunkSizesAreMinimalHex(size: Int) {
        let events = EventStream(StreamForm(.sse), count: 1, tokens: { _ in 0 }) { _, writer in
            writer.bytes.append(contentsOf: repeatElement(UInt8(ascii: "x"), count: size))
        }
        let head = ResponseHead(status: 200, reason: "OK", fields: [:])
        let script = WireScript(Answer(head: head, body: .events(events)))
        let chunk =
            size == 0
            ? "" : String(size, radix: 16) + "\r\n" + String(repeating: "x", count: size) + "\r\n"
        #expect(text(script).dropFirst().joined() == chunk + "0\r\n\r\nend")
    }

    @Test func anAnswerToHeadHasTheLengthAndNoBody() {
        let body = WholeBody(Array("0123456789".utf8))
        let head = ResponseHead(status: 405, reason: "No", fields: HeaderBlock())
        let script = WireScript(Answer(head: head, body: .whole(body)), hasBody: false)
        #expect(text(script) == ["HTTP/1.1 405 No\r\ncontent-length: 10\r\n\r\n", "end"])
        #expect(text(script.cut(.reset, at: .headers)).suffix(2) == ["drain", "RST"])
    }

    @Test func aCleanCutOfAPlainBodyAtItsHeadersIsAnEmptyBody() {
        let script = plain().cut(.clean, at: .headers)
        #expect(text(script) == ["HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", "end"])
    }

    @Test func aCleanCutBeforeTheHeadClosesTheConnection() {
        let waits = Waits(beforeHeaders: .milliseconds(50))
        for script in [plain(waits: waits), stream(waits: waits)] {
            let cut = script.cut(.clean, at: .elapsed(.milliseconds(20)))
            #expect(text(cut) == ["wait 20", "FIN"])
        }
    }

    @Test func whatIsCutBeforeItsEndDoesNotSucceed() {
        #expect(stream().succeeds)
        #expect(stream().stalled(for: .seconds(9), at: .event(2)).succeeds)
        #expect(!stream().cut(.clean, at: .terminal).succeeds)
        #expect(!stream().hanging(for: nil, at: .event(2)).succeeds)
        #expect(stream().cut(.reset, at: .event(99)).succeeds)
    }
}
