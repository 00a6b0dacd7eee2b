import BrownoutAnswers
import BrownoutDialects
import BrownoutEngine
import BrownoutJSON
import BrownoutRecordings
import BrownoutRecords
import BrownoutScenarios
import BrownoutServer
import BrownoutTesting
import BrownoutWire
import BrownoutYAML
import Testing

/// What has to hold of every dialect, at every endpoint that it serves: a point a file. A new
/// provider is asked all of it once it has an entry in `DialectSample`.
@Suite struct CompatibilityTests {
    /// A sample that its provider refuses would make every other point vain.
    @Test(arguments: EndpointSample.all)
    func aSampleIsAnsweredInTheKindThatItAsksFor(_ sample: EndpointSample) {
        for stream in sample.kinds {
            let (planned, _) = Self.plan(sample.incoming(stream: stream, sample.offer))
            #expect(planned.request.facts.endpoint == sample.endpoint)
            #expect(planned.request.facts.dialect == sample.dialect)
            #expect(planned.request.isStream == stream)
            #expect(planned.answer.script.status == 200)
            let answer = RecordedResponse(planned.answer.script)
            #expect(answer.ending == .complete && !answer.body.isEmpty)
            #expect((answer.form(of: sample.dialect, sample.endpoint) != nil) == stream)
        }
    }

    // MARK: Requests

    /// What a server decides about a request that it gets first.
    static func plan(
        _ request: IncomingRequest, in scenario: Scenario = Scenario(name: "compatibility")
    ) -> (planned: PlannedExchange, responder: Responder) {
        let responder = Responder(engine: Engine(scenario: scenario))
        let moment = AnswerMoment(
            elapsed: .zero, wall: 1_800_000_000_000_000, date: "Fri, 15 Jan 2027 08:00:00 GMT",
            closing: false)
        return (responder.plan(request, at: moment), responder)
    }

    /// The scenario that does this to requests of a kind; `ok` is nothing.
    static func scenario(
        _ fault: String, for sample: EndpointSample, stream: Bool
    ) throws(SourceErrors) -> Scenario {
        let kind = sample.endpoint.operation.writesTokens ? ", stream: \(stream)" : ""
        let text = """
            scenario: compatibility
            created: seeded
            pace: {first-token: 2s, between-tokens: 200ms}
            rules:
              - name: fault
                when: {provider: \(sample.dialect), endpoint: \(sample.endpoint.name)\(kind)}
                sequence: [\(fault)]
            """
        return try ScenarioLoader.load(name: "test.yaml", bytes: Array(text.utf8)).scenario
    }

    // MARK: Answers

    static func answer(
        _ sample: EndpointSample, stream: Bool, _ reply: Reply
    ) -> Answer {
        Dialects.answer(sample.request(stream: stream), reply: reply, context: Samples.context)
    }

    /// What models say; those that go on with a text call nothing.
    static func replies(_ sample: EndpointSample) -> [Reply] {
        let texts = [
            Samples.hello,
            reply(Reply.Choice(text: TokenText(Samples.awkward), finish: .length)),
        ]
        guard sample.endpoint.operation == .chat else { return texts }
        let calls = [Samples.weatherCall, Samples.clockCall]
        return texts + [
            Samples.mixed, reply(Reply.Choice(toolCalls: calls, finish: .toolCalls)),
            reply(Reply.Choice(text: TokenText("I can't help."), finish: .refusal)),
        ]
    }

    static func reply(_ choice: Reply.Choice) -> Reply {
        Reply(choices: [choice], promptTokens: 9)
    }

    /// The stream of an answer, which has to be one.
    static func stream(_ answer: Answer) throws -> EventStream {
        guard case .events(let stream) = answer.body else {
            throw Unexpected("a stream was asked for")
        }
        return stream
    }

    /// The body of a plain answer, which has to be one.
    static func whole(_ answer: Answer) throws -> WholeBody {
        guard case .whole(let body) = answer.body else {
            throw Unexpected("a plain answer was asked for")
        }
        return body
    }

    /// Where the events of a stream end in its body.
    static func ends(_ stream: EventStream) -> [Int] {
        var bytes: [UInt8] = []
        return (0..<stream.count).map { index in
            stream.render(index, &bytes)
            return bytes.count
        }
    }

    /// The JSON of the events, but for an end that is a mark.
    static func frames(_ answer: Answer) throws -> [JSON] {
        let stream = try stream(answer)
        #expect(EventBorders(of: answer.bytes, stream.form.framing).ends == ends(stream))
        var frames: [JSON] = []
        for event in (0..<stream.count).map(stream.event) {
            if case .marker? = stream.form.end, stream.form.isEnd(event) { continue }
            frames.append(try JSON.parse(event.payload))
        }
        return frames
    }

    /// A recording of an exchange with the provider.
    static func recording(
        _ sample: EndpointSample, stream: Bool, _ response: RecordedResponse
    ) -> Recording {
        let body = sample.body(stream: stream)
        return Recording(
            id: "r",
            provenance: Provenance(
                recordedAt: 0, provider: sample.dialect.rawValue, dialect: sample.dialect,
                upstream: sample.profile.origin, recorder: "test"),
            request: RecordedRequest(
                method: sample.endpoint.method, path: sample.path, headers: sample.sample.headers,
                body: body.isNull ? [] : body.bytes),
            response: response)
    }

    /// What a recording answers to the sample's request.
    static func replay(
        _ recording: Recording, to sample: EndpointSample, stream: Bool,
        as source: ReplaySource = ReplaySource(path: "test"), _ fault: Fault? = nil
    ) -> SuppliedAnswer {
        var scenario = Scenario(name: "replay", source: .replay(source))
        if let fault {
            scenario.rules = [Rule(name: "a", action: .effect(Effect(fault: fault, latency: nil)))]
        }
        let (planned, responder) = plan(
            sample.incoming(stream: stream, sample.offer), in: scenario)
        return responder.replay(recording, as: source, planned)
    }
}

/// Something that a test needs was not there.
struct Unexpected: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

extension EndpointSample {
    /// A tool for a chat to call.
    var offer: [(String, JSON)] {
        guard endpoint.operation == .chat else { return [] }
        let schema: JSON = [
            "type": "object",
            "properties": ["city": ["type": "string"], "days": ["type": "integer"]],
            "required": ["city", "days"],
        ]
        return [("tools", [sample.tool("get_weather", schema)])]
    }
}
