import BrownoutAnswers
import BrownoutDialects
import BrownoutEngine
import BrownoutJSON
import BrownoutRecordings
import BrownoutRecords
import BrownoutServer
import BrownoutWire
import Testing

/// How a replayed answer is framed, and how it ends: what a file says of it may be edited,
/// imported, or not whole.
@Suite struct ReplayFramingTests {
    private static let text =
        #"{"id":"chatcmpl-1","choices":[{"index":0,"message":{"content":"Hello"},"finish_reason":"stop"}]}"#
    private static let events = [
        #"{"id":"chatcmpl-1","choices":[{"index":0,"delta":{"content":"Hello"}}]}"#,
        #"{"id":"chatcmpl-1","choices":[{"index":0,"delta":{"content":" there"}}]}"#,
        #"{"id":"chatcmpl-1","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#,
        "[DONE]",
    ].map { "data: \($0)\n\n" }

    private func response(
        _ body: String, _ framing: [(String, String)], status: Int = 200,
        isStream: Bool = false, ending: RecordedEnding = .complete
    ) -> RecordedResponse {
        let type = isStream ? "text/event-stream" : "application/json"
        let bytes = Array(body.utf8)
        return RecordedResponse(
            head: RecordedHead(
                status: status, reason: "OK",
                headers: [HeaderField("content-type", type)]
                    + framing.map { HeaderField($0.0, $0.1) }),
            body: bytes, chunks: bytes.isEmpty ? [] : [RecordedChunk(end: bytes.count, at: 0)],
            ending: ending)
    }

    private func script(
        _ response: RecordedResponse, stream: Bool = false, method: String = "POST",
        pace: ReplayPace = .none, fault: Fault? = nil, version: HTTPVersion = .http1
    ) -> WireScript {
        var replay = ReplaySource(path: "test")
        replay.pace = pace
        var scenario = Scenario(name: "replay", source: .replay(replay))
        if let fault {
            scenario.rules = [Rule(name: "a", action: .effect(Effect(fault: fault)))]
        }
        let responder = Responder(engine: Engine(scenario: scenario))
        let body: JSON = [
            "model": "gpt-4o", "stream": .bool(stream),
            "messages": [["role": "user", "content": "hi"]],
        ]
        let request = IncomingRequest(
            method: "POST", target: "/openai/v1/chat/completions",
            headers: [HeaderField("authorization", "Bearer sk-x")], body: .success(body),
            version: version)
        let moment = AnswerMoment(
            elapsed: .zero, wall: 1_800_000_000_000_000, date: "", closing: false,
            hasBody: method != "HEAD")
        let recording = Recording(
            id: "r",
            provenance: Provenance(
                recordedAt: 0, provider: "openai", dialect: .openai, upstream: "http://u",
                recorder: "test"),
            request: RecordedRequest(method: method, path: "/v1/chat/completions"),
            response: response)
        return responder.replay(recording, as: replay, responder.plan(request, at: moment)).script
    }

    /// The head's lines that frame the body, and what follows the head.
    private func wire(_ script: WireScript) -> (framing: [String], body: String, last: WireStep?) {
        var bytes: [UInt8] = []
        for case .send(let part) in script.steps { bytes += part }
        let text = String(decoding: bytes, as: UTF8.self)
        let parts = text.split(separator: "\r\n\r\n", maxSplits: 1)
        let framing = parts[0].split(separator: "\r\n").filter {
            ["content-length:", "transfer-encoding:"].contains(where: $0.lowercased().hasPrefix)
        }
        return (
            framing.map(String.init), parts.count > 1 ? String(parts[1]) : "", script.steps.last
        )
    }

    struct Case: Sendable {
        var framing: [(String, String)]
        var sent: [String]
        var status = 200
        var method = "POST"
        var ending = RecordedEnding.complete
    }

    /// 96 bytes are what there is of the body.
    private static let cases = [
        Case(
            framing: [("Content-Length", "9"), ("Transfer-Encoding", "chunked")],
            sent: ["Transfer-Encoding: chunked"]),
        Case(
            framing: [("TRANSFER-ENCODING", "Chunked"), ("content-length", "96")],
            sent: ["TRANSFER-ENCODING: Chunked"]),
        Case(
            framing: [("transfer-encoding", "chunked"), ("transfer-encoding", "chunked")],
            sent: ["transfer-encoding: chunked"]),
        Case(framing: [("content-length", "9")], sent: ["content-length: 96"]),
        Case(framing: [("Content-Length", "5000")], sent: ["Content-Length: 96"]),
        Case(framing: [("content-length", "many")], sent: ["content-length: 96"]),
        Case(
            framing: [("content-length", "96"), ("content-length", "97")],
            sent: ["content-length: 96"]),
        Case(
            framing: [("transfer-encoding", "identity"), ("content-length", "9")],
            sent: ["content-length: 96"]),
        Case(framing: [], sent: []),
        // What was promised in vain is the fault.
        Case(framing: [("content-length", "161")], sent: ["content-length: 161"], ending: .reset),
        Case(
            framing: [("content-length", "9")], sent: ["content-length: 97"], ending: .closedEarly),
        // No body, whatever the file holds.
        Case(framing: [("content-length", "96")], sent: [], status: 204),
        Case(framing: [("content-length", "0")], sent: ["content-length: 0"], status: 204),
        Case(framing: [("transfer-encoding", "chunked")], sent: [], status: 304),
        Case(framing: [("content-length", "400")], sent: ["content-length: 400"], status: 304),
        Case(
            framing: [("content-length", "400"), ("content-length", "400")],
            sent: ["content-length: 400"], method: "HEAD"),
    ]

    @Test(arguments: cases.indices)
    func aHeadHasOneFramingAndItIsTrue(index: Int) {
        let wanted = Self.cases[index]
        let script = script(
            response(Self.text, wanted.framing, status: wanted.status, ending: wanted.ending),
            method: wanted.method)
        let sent = wire(script)
        #expect(Self.text.utf8.count == 96)
        #expect(sent.framing == wanted.sent)
        let hasBody = wanted.status == 200 && wanted.method == "POST"
        if sent.framing.first?.lowercased().contains("chunked") ?? false {
            #expect(sent.body == "60\r\n\(Self.text)\r\n0\r\n\r\n")
        } else {
            #expect(sent.body == (hasBody ? Self.text : ""))
        }
    }

    // MARK: What is not whole

    private static let broken: [(RecordedEnding, WireStep)] = [
        (.reset, .reset), (.closedEarly, .closeWrite), (.timedOut, .hang), (.clientLeft, .hang),
        (.stopped, .closeWrite),
    ]

    @Test(arguments: broken)
    func aCutStreamIsNoWholePlainAnswer(ending: RecordedEnding, last: WireStep) throws {
        let cut = response(
            Self.events[..<2].joined(), [("transfer-encoding", "chunked")], isStream: true,
            ending: ending)
        let script = script(cut)
        let sent = wire(script)
        #expect(sent.last == last)
        #expect(sent.framing == ["content-length: \(sent.body.utf8.count + 1)"])
        #expect(sent.body.contains("Hello there"))
        #expect(!script.succeeds)
    }

    @Test(arguments: broken)
    func aPlainAnswerThatBrokeOffIsNoWholeStream(ending: RecordedEnding, last: WireStep) {
        var cut = response(Self.text, [("content-length", "161")], ending: ending)
        // Of a client that left the whole is there, and a stream of it would be whole.
        if last == .hang || ending == .stopped { cut.ending = .timedOut }
        let sent = wire(script(cut, stream: true))
        #expect(sent.last == (cut.ending == .timedOut ? .hang : last))
        #expect(sent.body.contains("Hello"))
        #expect(!sent.body.contains("[DONE]"))
        #expect(!sent.body.hasSuffix("0\r\n\r\n"))
    }

    @Test func aCutStreamIsCutAtAnyPaceAndUnderAnyFault() {
        let cut = response(
            Self.events[..<2].joined(), [("transfer-encoding", "chunked")], isStream: true,
            ending: .reset)
        let paced = wire(
            script(
                cut, stream: true,
                pace: .retimed(Pace(betweenTokens: .constant(.milliseconds(7))))))
        #expect(paced.last == .reset)
        #expect(paced.body.contains(" there"))
        #expect(!paced.body.hasSuffix("0\r\n\r\n"))
        #expect(wire(script(cut, stream: true, fault: .shape(.comments))).last == .reset)
        // A fault that comes first is the one that is seen, and is injected.
        let clean = script(cut, stream: true, fault: .cut(.clean, at: .event(1)))
        #expect(wire(clean).last == .end)
    }

    /// The chunks ended properly, and nothing says that the model had.
    @Test func aStreamThatStopsInTheMiddleIsNoWholePlainAnswer() {
        let chunked = [("transfer-encoding", "chunked")]
        let stopped = response(Self.events[..<2].joined(), chunked, isStream: true)
        #expect(wire(script(stopped)).last == .closeWrite)
        // Servers that do not end as OpenAI does say why the model stopped.
        let told = response(Self.events[..<3].joined(), chunked, isStream: true)
        #expect(wire(script(told)).last == .end)
        #expect(script(told).succeeds)
    }

    @Test(arguments: [RecordedEnding.clientLeft, .stopped], [true, false])
    func whatTheClientHadWholeIsReplayedWhole(ending: RecordedEnding, stream: Bool) {
        let left = response(
            Self.events.joined(), [("transfer-encoding", "chunked")], isStream: true,
            ending: ending)
        let script = script(left, stream: stream)
        #expect(wire(script).last == .end)
        #expect(script.succeeds)
    }

    @Test func overHTTP2AStreamBreaksOffAlone() {
        let cut = response(
            Self.events[..<2].joined(), [("transfer-encoding", "chunked")], isStream: true,
            ending: .reset)
        #expect(script(cut, version: .http2).steps.last == .cue(.resetStream(2)))
    }
}
