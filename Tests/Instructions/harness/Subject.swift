import BrownoutAnswers
import BrownoutDialects
import BrownoutEngine
import BrownoutJSON
import BrownoutRecords
import BrownoutScenarios
import BrownoutWire

/// A kind of request under a scenario, asked again and again.
struct Subject {
    /// The body of a request but for eight digits, and where those stand.
    private let template: [UInt8]
    private let digits: Int
    private let isSame: Bool
    private let head: [UInt8]
    private let known = ReadRequests(key: BodyHash.Key(1, 2))
    private let engine: Engine
    private let responder: Responder
    private let recording: LoadedRecording?

    static let names = [
        "plain", "same", "stream", "replayed", "refused", "in-force", "long-prompt",
    ]

    private static let throughput = """
        scenario: throughput
        reply: {tokens: 24}
        rules:
          - name: streams
            when: {stream: true}
            reply: {tokens: 100}

        """

    /// Each looks at the request in another way, and none fires.
    private static func condition(_ number: Int) -> String {
        switch number % 5 {
        case 0: "{provider: openai, model: \"gpt-\(number)*\"}"
        case 1: "{header: {x-team: \"search-\(number)*\"}}"
        case 2: "{user-text: \"*weather in \(number)*\"}"
        case 3: "{body: {/user: \"tester-\(number)\"}}"
        default: "{key: \"sk-\(number)*\", stream: false}"
        }
    }

    private static let inForce =
        throughput
        + (0..<50).map {
            "  - {name: rule \($0), when: \(condition($0)), chance: 50%, "
                + "fault: overloaded}\n"
        }.joined()
            + """
            access:
              allow: [127.0.0.0/8]
              deny: [\((0..<50).map { "10.\($0).0.0/16" }.joined(separator: ", "))]
            limits:
              - {name: tier, per: [key, model], requests: 900000000/min, input-tokens: 900000000/min}

            """

    /// Nil for a name that is none of ``names``.
    init?(name: String) {
        var stream = false
        var isSame = false
        var padding = 180
        var text = Subject.throughput
        var key = "sk-test"
        switch name {
        case "plain": break
        case "same": isSame = true
        case "stream": stream = true
        case "replayed": break
        case "refused": key = ""
        case "in-force": text = Subject.inForce
        case "long-prompt": padding = 65_000
        default: return nil
        }
        let filler = String(repeating: "x", count: padding)
        let start =
            #"{"model": "gpt-4o-mini", "stream": \#(stream), "temperature": 0.2, "#
            + #""messages": [{"role": "system", "content": "You are a terse assistant."}, "#
            + #"{"role": "user", "content": "What is the capital of "#
        template = Array((start + #"00000000? \#(filler)"}]}"#).utf8)
        digits = start.utf8.count
        self.isSame = isSame
        head = Array(Subject.head(key: key, length: template.count).utf8)
        guard let loaded = try? ScenarioLoader.load(name: name, bytes: Array(text.utf8)) else {
            preconditionFailure("a scenario of the harness is wrong")
        }
        var scenario = loaded.scenario
        recording = name == "replayed" ? LoadedRecording(Subject.recording) : nil
        if recording != nil { scenario.source = .replay(Subject.source) }
        engine = Engine(scenario: scenario)
        responder = Responder(engine: engine)
    }

    private static let client = NetworkAddress("127.0.0.1")

    private static var source: ReplaySource {
        var source = ReplaySource(path: "bench")
        source.pace = .none
        return source
    }

    private static var recording: Recording {
        let words = String(repeating: "word ", count: 24)
        let body =
            #"{"id":"chatcmpl-bench","object":"chat.completion","created":1750000000,"#
            + #""model":"gpt-4o-mini","choices":[{"index":0,"message":{"role":"assistant","#
            + #""content":"\#(words)"},"finish_reason":"stop"}],"#
            + #""usage":{"prompt_tokens":20,"completion_tokens":24,"total_tokens":44}}"#
        let bytes = Array(body.utf8)
        return Recording(
            id: "bench",
            provenance: Provenance(
                recordedAt: 0, provider: "openai", dialect: .openai, upstream: "",
                recorder: "bench"),
            request: RecordedRequest(method: "POST", path: "/v1/chat/completions"),
            response: RecordedResponse(
                head: RecordedHead(
                    status: 200, reason: "OK",
                    headers: [
                        HeaderField("content-type", "application/json"),
                        HeaderField("content-length", String(bytes.count)),
                    ]),
                body: bytes, chunks: [RecordedChunk(end: bytes.count, at: 0)]))
    }

    /// Answers the request of a number, and says how many bytes that took.
    func answer(_ number: Int) -> Int {
        let moment = AnswerMoment(
            elapsed: .microseconds(number), wall: 1_764_000_000_000_000,
            date: "Mon, 24 Nov 2025 16:00:00 GMT", closing: false)
        let request = request
        let planned = body(number).withUnsafeBufferPointer {
            responder.plan(request, body: $0, known: known, at: moment)
        }
        let record = planned.record
        var script = planned.answer.script
        if let recording {
            script = responder.replay(recording, as: Subject.source, planned).script
        }
        var bytes: [UInt8] = []
        var sent = 0
        while let cue = script.next(into: &bytes) {
            if case .end = cue { break }
            sent += bytes.count
            bytes.removeAll(keepingCapacity: true)
        }
        engine.succeed(planned.decision)
        engine.release(planned.decision)
        return sent + record.responseBodyBytes
    }

    private static func head(key: String, length: Int) -> String {
        let lines = [
            "POST /openai/v1/chat/completions HTTP/1.1", "host: 127.0.0.1:8080",
            "connection: keep-alive", "content-type: application/json",
            "accept: application/json", "user-agent: OpenAI/Python 2.1.0",
            "x-stainless-lang: python", "x-stainless-package-version: 2.1.0",
            "x-stainless-os: Linux", "x-stainless-arch: x64", "x-stainless-runtime: CPython",
            "x-stainless-retry-count: 0", "content-length: \(length)",
        ]
        let credential = key.isEmpty ? [] : ["authorization: Bearer \(key)"]
        return (lines + credential + ["", ""]).joined(separator: "\r\n")
    }

    /// The request as its head says, whose body is yet to be read.
    private var request: IncomingRequest {
        let bytes = head.span.bytes
        var parser = RequestHeadParser(mostBytes: 65_536, mostFields: 128)
        guard case .head(let head) = parser.parse(bytes) else {
            preconditionFailure("a head of the harness is not common")
        }
        return IncomingRequest(
            method: head.method.rawValue, target: head.target(in: bytes),
            headers: head.fields(in: bytes), client: Subject.client)
    }

    private func body(_ number: Int) -> [UInt8] {
        var body = template
        var rest = isSame ? 0 : number
        for place in (digits..<digits + 8).reversed() {
            body[place] = UInt8(ascii: "0") + UInt8(rest % 10)
            rest /= 10
        }
        return body
    }
}
