import BrownoutAnswers
import BrownoutDialects
import BrownoutEngine
import BrownoutJSON
import BrownoutRecordings
import BrownoutRecords
import BrownoutServer
import BrownoutWire
import Testing

/// For every fault of the catalogue, at places where it is likely to change nothing, beside every
/// kind of answer: it counts as injected exactly where what goes out is not what a healthy answer
/// is, in its bytes, its times and its end. Scripts are compared, no socket is needed.
@Suite struct InjectionTests {
    /// What goes out: bytes that nothing parts are one piece.
    private enum Event: Equatable {
        case bytes([UInt8])
        case head(ResponseHead)
        case wait(Duration)
        case cue(WireCue)
    }

    /// What is asked, how, and where the answer comes from.
    struct Case: Sendable, CustomTestStringConvertible {
        enum Source: Sendable { case made, recorded(RecordedResponse) }

        var name: String
        var path = "/openai/v1/chat/completions"
        var method = "POST"
        var stream = false
        var version = HTTPVersion.http1
        var closing = false
        var latency: LatencyPlan?
        var source = Source.made
        var isRefused = false

        var testDescription: String { name }

        func scenario(_ fault: Fault?) -> Scenario {
            // A reply that is made up would have what its fault is about.
            var scenario = Scenario(name: "x")
            scenario.reply = ReplyScript(text: "Gr\u{FC}\u{DF}e an alle, die das hier lesen")
            if case .recorded = source { scenario.source = .replay(ReplaySource(path: "test")) }
            if fault != nil || latency != nil {
                scenario.rules = [
                    Rule(name: "a", action: .effect(Effect(fault: fault, latency: latency)))
                ]
            }
            return scenario
        }

        private var body: JSON {
            if isRefused { return ["model": "gpt-4o", "messages": []] }
            if path.hasSuffix("embeddings") {
                return ["model": "text-embedding-3-small", "input": "hi"]
            }
            let model: JSON = path.hasSuffix("messages") ? "claude-sonnet-4-5" : "gpt-4o"
            return [
                "model": model, "max_tokens": 20, "stream": .bool(stream),
                "messages": [["role": "user", "content": "hi"]],
            ]
        }

        func script(_ fault: Fault?) -> WireScript {
            let responder = Responder(engine: Engine(scenario: scenario(fault)))
            var request = IncomingRequest(
                method: method, target: path,
                headers: [
                    HeaderField("authorization", "Bearer sk-x"), HeaderField("x-api-key", "k"),
                    HeaderField("anthropic-version", "2023-06-01"),
                ], body: method == "POST" ? .success(body) : .success(.null))
            request.version = version
            let moment = AnswerMoment(
                elapsed: .zero, wall: 1_800_000_000_000_000, date: "", closing: closing,
                hasBody: method != "HEAD")
            let planned = responder.plan(request, at: moment)
            guard planned.wanted != nil, case .recorded(let response) = source else {
                return planned.answer.script
            }
            let recording = Recording(
                id: "r",
                provenance: Provenance(
                    recordedAt: 0, provider: "openai", dialect: .openai, upstream: "http://u",
                    recorder: "test"),
                request: RecordedRequest(method: "POST", path: "/v1/chat/completions"),
                response: response)
            return responder.replay(recording, as: ReplaySource(path: "test"), planned).script
        }
    }

    private static func play(
        _ script: WireScript
    ) -> (events: [Event], isInjected: Bool, sent: Int) {
        var (script, events, bytes): (WireScript, [Event], [UInt8]) = (script, [], [])
        func add(_ event: Event) {
            switch (events.last, event) {
            case (_, .wait(.zero)), (_, .bytes([])): break
            case (.bytes(let known)?, .bytes(let more)):
                events[events.count - 1] = .bytes(known + more)
            case (.wait(let known)?, .wait(let more)):
                events[events.count - 1] = .wait(known + more)
            default: events.append(event)
            }
        }
        var head = script.head
        while true {
            if !script.hasHead { head = script.head }
            guard let cue = script.next(into: &bytes) else { break }
            switch cue {
            case .sent: add(.bytes(bytes))
            case .head: add(.head(head))
            case .wait(let wait): add(.wait(wait))
            default: add(.cue(cue))
            }
            bytes.removeAll(keepingCapacity: true)
            if case .await = cue { break }
        }
        script.settle()
        return (events, script.isInjected, script.bodyBytes)
    }

    // MARK: Faults and places

    /// The faults of a kind at a place; none of those that happen before a request or behind its
    /// answer, and none of a latency, which is a key of its own.
    private static func samples(_ kind: FaultKind, at place: Position) -> [Fault] {
        switch kind {
        case .error: [.error(CauseFault(.overloaded)), .error(CauseFault(.badRequest))]
        case .errorEvent: [.errorEvent(CauseFault(.overloaded), at: place)]
        case .cut: CutEnding.allCases.map { .cut($0, at: place) }
        case .noAnswer: [.cut(.fin, at: .start)]
        case .reset: [.cut(.reset, at: .start)]
        case .halfOpen: [.cut(.halfOpen, at: .start)]
        case .stall: [.stall(.seconds(1), at: place), .stall(.zero, at: place)]
        case .hang: [.hang(nil, at: place), .hang(.seconds(1), at: place)]
        case .slowHeaders: [.slowHeaders(ByteRate(bytes: 20))]
        case .dribble: [.dribble(ByteRate(bytes: 4096), at: place)]
        case .refuse: [.refuse(.seconds(1))]
        case .framing(let word): [.framing(word, at: place)]
        case .mangle(let word): [.mangle(word, at: place)]
        case .shape(let word): [.shape(word)]
        case .missing(let word): [.missing(word)]
        case .content(let word): [.content(word)]
        case .page(let word): [.page(word)]
        case .raw: [.raw(RawAnswer(status: 418))]
        case .rawStream: [.rawStream(RawStream(frames: [.text("a")], ending: .fin))]
        case .http2(let word):
            word.isAtAccept ? [] : [.http2(HTTP2Fault(word, code: 2), at: place)]
        case .tls(let word): word == .corruptRecord ? [.tls(word, at: place)] : []
        case .latency, .connection: []
        }
    }

    private static func places(_ kind: FaultKind, _ count: Int) -> [Position] {
        guard kind.takesPosition else { return [.start] }
        // 2 MiB each.
        if kind == .mangle(.hugeEvent) { return [.event(1), .event(99)] }
        let half = Chance(1, outOf: 2) ?? .never
        return [
            .start, .headers, .byte(0), .byte(1), .byte(count / 2), .byte(max(count - 1, 0)),
            .byte(count), .byte(count + 1), .event(0), .event(1), .event(2), .event(3), .event(900),
            .token(1), .token(999), .percent(.never), .percent(half), .percent(.always), .terminal,
            .elapsed(.zero), .elapsed(.milliseconds(35)), .elapsed(.seconds(3600)),
            .inToolArguments, .inUTF8,
        ]
    }

    // MARK: Answers

    private static func recorded(
        _ text: String, type: String = "text/event-stream", chunked: Bool = true,
        ending: RecordedEnding = .complete
    ) -> Case.Source {
        let body = Array(text.utf8)
        let framing =
            chunked
            ? HeaderField("transfer-encoding", "chunked")
            : HeaderField("content-length", "\(body.count)")
        let third = body.count / 3
        return .recorded(
            RecordedResponse(
                head: RecordedHead(
                    status: 200, reason: "OK",
                    headers: [HeaderField("content-type", type), framing], at: 1000),
                body: body,
                chunks: [
                    RecordedChunk(end: third, at: 2000), RecordedChunk(end: body.count, at: 5000),
                ], ending: ending, endedAt: 6000))
    }

    private static func chunks(_ end: String) -> String {
        let texts = ["", "Gr\u{FC}\u{DF}e", " an", " alle"]
        let events = texts.map { text in
            #"data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"gpt-4o","#
                + #""choices":[{"index":0,"delta":{"content":"\#(text)"},"finish_reason":null}]}"#
                + end + end
        }
        return events.joined() + "data: [DONE]" + end + end
    }

    private static let plain =
        #"{"id":"c","object":"chat.completion","created":1,"model":"gpt-4o","choices":[{"index":0,"#
        + #""message":{"role":"assistant","content":"Gr\#u{FC}\#u{DF}e"},"finish_reason":"stop"}]}"#
        + "\n"

    static let cases: [Case] = [
        Case(name: "a stream", stream: true),
        Case(name: "a plain answer"),
        Case(name: "a stream of Anthropic's", path: "/anthropic/v1/messages", stream: true),
        Case(name: "a plain answer of Anthropic's", path: "/anthropic/v1/messages"),
        Case(name: "a plain answer that closes", closing: true),
        Case(name: "a stream over HTTP/2", stream: true, version: .http2),
        Case(name: "a plain answer over HTTP/2", version: .http2),
        Case(
            name: "a paced stream", stream: true,
            latency: LatencyPlan(
                beforeHeaders: .constant(.milliseconds(20)),
                betweenTokens: .constant(.milliseconds(10)))),
        Case(name: "a refused request", isRefused: true),
        Case(name: "HEAD", method: "HEAD"),
        Case(name: "embeddings", path: "/openai/v1/embeddings"),
        Case(name: "a list", path: "/openai/v1/models", method: "GET"),
        Case(name: "a recorded stream", stream: true, source: recorded(chunks("\n"))),
        Case(name: "a recorded stream with CR LF", stream: true, source: recorded(chunks("\r\n"))),
        Case(
            name: "a recorded stream of one comment", stream: true, source: recorded(": hi\n\n")),
        Case(
            name: "a recorded stream that broke off", stream: true,
            source: recorded(String(chunks("\n").dropLast(60)), ending: .closedEarly)),
        Case(
            name: "a recorded plain answer",
            source: recorded(plain, type: "application/json", chunked: false)),
        Case(
            name: "a recorded answer without a body",
            source: recorded("", type: "application/json", chunked: false)),
    ]

    @Test(arguments: cases)
    func aFaultIsInjectedWhereItChangesSomethingAndNowhereElse(_ asked: Case) {
        let healthy = Self.play(asked.script(nil))
        #expect(!healthy.isInjected)
        for kind in FaultKind.allCases {
            for place in Self.places(kind, healthy.sent) {
                for fault in Self.samples(kind, at: place) {
                    let script = asked.script(fault)
                    let faulty = Self.play(script)
                    // Frames of a byte each are made below the script.
                    let differs = faulty.events != healthy.events || script.framesBytes
                    #expect(faulty.isInjected == differs, "\(fault.written) of \(asked.name)")
                }
            }
        }
    }

    /// One of two that finds nothing does not hide the other.
    @Test func ofSeveralFaultsOneIsEnough() {
        let asked = Self.cases[0]
        let missed = Fault.cut(.reset, at: .event(900))
        #expect(!Self.play(asked.script(missed)).isInjected)
        #expect(Self.play(asked.script(.all([.shape(.comments), missed]))).isInjected)
    }
}
