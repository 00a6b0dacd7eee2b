import BrownoutAnswers
import BrownoutDialects
import BrownoutEngine
import BrownoutJSON
import BrownoutRecordings
import BrownoutRecords
import BrownoutServer
import BrownoutWire
import Testing

/// A recording replayed is what was recorded; scripts are compared, no socket is needed.
@Suite struct ReplayTests {
    private static let replay = ReplaySource(path: "test")

    private func planned(
        stream: Bool, _ fault: Fault? = nil, _ replay: ReplaySource = Self.replay,
        latency: LatencyPlan? = nil
    ) -> (PlannedExchange, Responder) {
        var scenario = Scenario(name: "replay", source: .replay(replay))
        if fault != nil || latency != nil {
            scenario.rules = [
                Rule(name: "a", action: .effect(Effect(fault: fault, latency: latency)))
            ]
        }
        let responder = Responder(engine: Engine(scenario: scenario))
        let body: JSON = [
            "model": "gpt-4o", "stream": .bool(stream),
            "messages": [["role": "user", "content": "hi"]],
        ]
        let request = IncomingRequest(
            method: "POST", target: "/openai/v1/chat/completions",
            headers: [HeaderField("authorization", "Bearer sk-x")], body: .success(body))
        let moment = AnswerMoment(
            elapsed: .zero, wall: 1_800_000_000_000_000, date: "", closing: false)
        return (responder.plan(request, at: moment), responder)
    }

    private func recording(_ response: RecordedResponse) -> Recording {
        Recording(
            id: "r",
            provenance: Provenance(
                recordedAt: 0, provider: "openai", dialect: .openai, upstream: "http://u",
                recorder: "test"),
            request: RecordedRequest(method: "POST", path: "/v1/chat/completions"),
            response: response)
    }

    // MARK: What goes out is what came in

    private struct Generator {
        var words: WordStream

        mutating func response() -> (RecordedResponse, stream: Bool) {
            let framing = words.below(3)
            let isStream = words.below(2) == 0
            var headers = [
                HeaderField("Content-Type", isStream ? "text/event-stream" : "application/json"),
                HeaderField("X-Request-ID", "req_\(words.below(1000))"),
            ]
            var body: [UInt8] = []
            var chunks: [RecordedChunk] = []
            var time = Int64(words.below(5000))
            let head = time
            for _ in 0..<words.below(12) {
                time += Int64(words.below(2000))
                for _ in 0...words.below(40) { body.append(UInt8(words.below(256))) }
                chunks.append(RecordedChunk(end: body.count, at: time))
            }
            var ending = RecordedEnding.complete
            if framing != 2 {
                let endings: [RecordedEnding] = [.complete, .closedEarly, .reset, .timedOut]
                ending = endings[words.below(4)]
            }
            let place = words.below(headers.count + 1)
            switch framing {
            case 0: headers.insert(HeaderField("transfer-encoding", "chunked"), at: place)
            case 1:
                let missing = ending == .complete ? 0 : 7
                headers.insert(
                    HeaderField("Content-Length", "\(body.count + missing)"), at: place)
            default: headers.insert(HeaderField("connection", "close"), at: place)
            }
            time += ending == .complete ? 0 : Int64(words.below(3000))
            let status = [200, 200, 201, 429, 503][words.below(5)]
            return (
                RecordedResponse(
                    head: RecordedHead(
                        status: status, reason: "Some Reason", headers: headers, at: head),
                    body: body, chunks: chunks, ending: ending, endedAt: time), isStream
            )
        }
    }

    @Test func whatIsReplayedIsWhatWasRecorded() {
        for seed in 0..<400 as Range<UInt64> {
            var generator = Generator(words: WordStream(state: seed))
            let (response, isStream) = generator.response()
            let (planned, responder) = planned(stream: isStream)
            let supplied = responder.replay(recording(response), as: Self.replay, planned)
            #expect(RecordedResponse(supplied.script) == response, "seed \(seed)")
        }
    }

    @Test(arguments: [
        (RecordedEnding.reset, WireStep.reset), (.closedEarly, .closeWrite), (.timedOut, .hang),
        (.refused, .reset),
    ])
    func anUpstreamThatNeverAnsweredDoesNotAnswer(ending: RecordedEnding, last: WireStep) {
        let (planned, responder) = planned(stream: true)
        let response = RecordedResponse(head: nil, ending: ending, endedAt: 20_000)
        let script = responder.replay(recording(response), as: Self.replay, planned).script
        #expect(script.steps.first == .wait(.milliseconds(20)))
        #expect(script.steps.last == last)
        #expect(!script.steps.contains { if case .send = $0 { true } else { false } })
    }

    // MARK: Faults and paces

    private static let events = [
        #"{"id":"chatcmpl-1","choices":[{"index":0,"delta":{"content":"Hello"}}]}"#,
        #"{"id":"chatcmpl-1","choices":[{"index":0,"delta":{"content":" there"}}]}"#,
        #"{"id":"chatcmpl-1","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#,
        "[DONE]",
    ].map { "data: \($0)\n\n" }

    /// The events, two in a chunk, 10 ms apart.
    private static let stream: RecordedResponse = {
        let body = Array(events.joined().utf8)
        let half = (events[0] + events[1]).utf8.count
        return RecordedResponse(
            head: RecordedHead(
                status: 200, reason: "OK",
                headers: [
                    HeaderField("content-type", "text/event-stream"),
                    HeaderField("transfer-encoding", "chunked"),
                ], at: 10_000),
            body: body,
            chunks: [
                RecordedChunk(end: half, at: 20_000), RecordedChunk(end: body.count, at: 30_000),
            ], ending: .complete, endedAt: 30_000)
    }()

    private func body(_ script: WireScript) -> String {
        String(decoding: RecordedResponse(script).body, as: UTF8.self)
    }

    @Test(arguments: 0...4)
    func aCutStandsBehindItsEventWhateverTheChunks(count: Int) {
        let (planned, responder) = planned(stream: true, .cut(.reset, at: .event(count)))
        let script = responder.replay(recording(Self.stream), as: Self.replay, planned).script
        #expect(body(script) == Self.events[..<count].joined())
        #expect(script.steps.last == .reset)
    }

    @Test func aStreamCanBeMangledAndWrittenInAnotherWay() {
        let (dropping, responder) = planned(stream: true, .mangle(.drop, at: .event(1)))
        let dropped = responder.replay(recording(Self.stream), as: Self.replay, dropping).script
        #expect(body(dropped) == Self.events[0] + Self.events[2] + Self.events[3])
        let (shaping, other) = planned(stream: true, .shape(.comments))
        let shaped = other.replay(recording(Self.stream), as: Self.replay, shaping).script
        #expect(body(shaped) == Self.events.map { ": keep-alive\n\n" + $0 }.joined())
        let (missing, third) = planned(stream: true, .missing(.done))
        let cut = third.replay(recording(Self.stream), as: Self.replay, missing).script
        #expect(body(cut) == Self.events[..<3].joined())
    }

    @Test(
        arguments: [
            (ReplayPace.recorded, 30.0), (.none, 0), (.scaled(2), 15), (.scaled(0.5), 60),
        ] as [(ReplayPace, Double)])
    func thePaceIsTheRecordingsOrAsItIsSaid(pace: ReplayPace, milliseconds: Double) {
        var replay = Self.replay
        replay.pace = pace
        let (planned, responder) = planned(stream: true, nil, replay)
        let script = responder.replay(recording(Self.stream), as: replay, planned).script
        #expect(Double(RecordedResponse(script).endedAt) / 1000 == milliseconds)
    }

    @Test func anotherPaceWaitsForTokens() {
        var replay = Self.replay
        replay.pace = .retimed(
            Pace(
                firstToken: .constant(.milliseconds(100)),
                betweenTokens: .constant(.milliseconds(7))))
        let (planned, responder) = planned(stream: true, nil, replay)
        let script = responder.replay(recording(Self.stream), as: replay, planned).script
        let again = RecordedResponse(script)
        #expect(again.chunks.map(\.at) == [100_000, 107_000, 107_000, 107_000])
        #expect(body(script) == Self.events.joined())
    }

    @Test func aLatencyComesOnTopOfTheRecordings() {
        let plan = LatencyPlan(beforeHeaders: .constant(.milliseconds(500)))
        let (planned, responder) = planned(stream: true, latency: plan)
        let script = responder.replay(recording(Self.stream), as: Self.replay, planned).script
        #expect(RecordedResponse(script).head?.at == 510_000)
        #expect(RecordedResponse(script).endedAt == 530_000)
    }

    // MARK: The other kind

    @Test func aStreamAnswersAPlainRequestAndSaysSo() throws {
        let (planned, responder) = planned(stream: false)
        let supplied = responder.replay(recording(Self.stream), as: Self.replay, planned)
        let json = try JSON.parse(RecordedResponse(supplied.script).body)
        #expect(json.value(at: "/choices/0/message/content") == "Hello there")
        #expect(json["id"] == "chatcmpl-1")
        #expect(supplied.notes.first == "recorded as a stream, given as a plain answer")
    }

    @Test func idsAndTimesAreMadeAnewWhereThatIsAskedFor() {
        var replay = Self.replay
        replay.freshIDs = true
        let (planned, responder) = planned(stream: true, nil, replay)
        let text = body(responder.replay(recording(Self.stream), as: replay, planned).script)
        #expect(!text.contains("chatcmpl-1"))
        #expect(text.contains("\"content\":\"Hello\""))
    }
}
