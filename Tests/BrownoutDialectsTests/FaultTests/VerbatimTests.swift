import BrownoutDialects
import BrownoutEngine
import BrownoutJSON
import BrownoutTesting
import BrownoutWire
import Testing

@Suite struct VerbatimTests {
    private func answer(_ fault: Fault) throws -> Answer {
        try #require(
            Dialects.substitute(
                fault, for: Samples.request(.openai), context: Samples.context))
    }

    @Test func aRawAnswerHasTheFieldsOfTheScenarioAndNoOthers() throws {
        let raw = RawAnswer(
            status: 418, reason: "Short And Stout",
            headers: [
                HeaderField("X-Tea", "green"), HeaderField("Content-Length", "99"),
                HeaderField("X-Tea", "black"),
            ], body: .text("tip me over\r\n"))
        let answer = try answer(.raw(raw))
        #expect(answer.head.status == 418)
        #expect(answer.head.reason == "Short And Stout")
        #expect(
            String(decoding: answer.head.fields.lines, as: UTF8.self)
                == "X-Tea: green\r\nContent-Length: 99\r\nX-Tea: black\r\n")
        #expect(String(decoding: answer.bytes, as: UTF8.self) == "tip me over\r\n")
    }

    @Test func aRawBodyOfJSONIsCompactAndKeepsItsOrder() throws {
        let raw = RawAnswer(
            status: 200, body: .json(["z": 1, "a": [true, nil, "\u{E9}\n"], "m": ["k": 1.50]]))
        #expect(
            String(decoding: try answer(.raw(raw)).bytes, as: UTF8.self)
                == #"{"z":1,"a":[true,null,"é\n"],"m":{"k":1.5}}"#)
    }

    @Test(arguments: [
        (200, "OK"), (204, "No Content"), (302, "Found"), (451, "Unavailable For Legal Reasons"),
        (503, "Service Unavailable"), (529, ""), (799, ""),
    ])
    func aRawAnswerWithoutAReasonHasTheUsualOne(status: Int, reason: String) throws {
        let answer = try answer(.raw(RawAnswer(status: status)))
        #expect(answer.head.reason == reason)
        #expect(answer.bytes.isEmpty)
        #expect(answer.head.fields.lines.isEmpty)
    }

    @Test func aRawStreamSendsEachFrameAsAnEventOfItsOwn() throws {
        let raw = RawStream(
            status: 202, contentType: "text/plain", headers: [HeaderField("X-A", "b")],
            frames: [
                .text(": hello\n"), .wait(.seconds(1)), .wait(.milliseconds(500)),
                .event(name: "tick", data: "one\ntwo\n"), .event(name: nil, data: #"{"n":1}"#),
                .text("data: no end"),
            ])
        let answer = try answer(.rawStream(raw))
        #expect(answer.head.status == 202)
        #expect(answer.head.reason == "Accepted")
        #expect(
            String(decoding: answer.head.fields.lines, as: UTF8.self)
                == "content-type: text/plain\r\nX-A: b\r\n")
        #expect(
            answer.events == [
                ": hello\n", "event: tick\ndata: one\ndata: two\ndata: \n\n",
                "data: {\"n\":1}\n\n", "data: no end",
            ])
        guard case .events(let stream) = answer.body else { return }
        let pauses = (0..<stream.count).map(stream.pause)
        #expect(pauses == [.zero, .milliseconds(1500), .zero, .zero])
    }

    @Test func aWaitBehindTheLastFrameStandsBeforeTheEnd() throws {
        let raw = RawStream(frames: [.text("a"), .wait(.seconds(2))])
        guard case .events(let stream) = try answer(.rawStream(raw)).body else {
            Issue.record("a raw stream is a stream")
            return
        }
        // An event without a byte, so that a cut behind the last event comes after the wait.
        #expect(stream.count == 2)
        #expect((0..<2).map(stream.pause) == [.zero, .seconds(2)])
        var bytes: [UInt8] = []
        stream.render(1, &bytes)
        #expect(bytes.isEmpty)
    }

    @Test func aStreamWithoutFramesIsEmpty() throws {
        let answer = try answer(.rawStream(RawStream(frames: [])))
        #expect(answer.isStream)
        #expect(answer.events.isEmpty)
    }
}
