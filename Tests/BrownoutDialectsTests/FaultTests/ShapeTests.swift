import BrownoutDialects
import BrownoutEngine
import BrownoutJSON
import BrownoutTesting
import BrownoutWire
import Testing

/// The dialects' shapes: which event comes, goes or changes, and that nothing else does.
@Suite struct ShapeTests {
    private static let replies = [Samples.hello, Samples.calls]

    /// The one event that a fault adds, its place, and that all others are the healthy ones.
    private func added(
        _ shape: StreamShape, _ faulted: Faulted
    ) throws -> (event: String, place: Int) {
        let answer = try #require(faulted.with(.shape(shape)))
        let healthy = faulted.healthy
        #expect(answer.head == healthy.head)
        var events = answer.events
        #expect(events.count == healthy.events.count + 1)
        let place =
            zip(events, healthy.events).enumerated().first { $1.0 != $1.1 }?.offset
            ?? healthy.events.count
        let event = events.remove(at: place)
        #expect(events == healthy.events)
        guard case .events(let stream) = answer.body, case .events(let old) = healthy.body else {
            return (event, place)
        }
        // It brings no token, and the others bring theirs.
        #expect(stream.tokens(place) == 0)
        let brought = (0..<stream.count).map(stream.tokens)
        #expect(brought.reduce(0, +) == (0..<old.count).map(old.tokens).reduce(0, +))
        #expect("\(stream.toolMark, default: "-")" == "\(old.toolMark, default: "-")")
        return (event, place)
    }

    private func json(_ event: String) throws -> JSON {
        try split(event: event).json
    }

    @Test func eventsLoseTheirNames() throws {
        let faulted = Faulted(.anthropic, stream: true, Samples.calls)
        let answer = try #require(faulted.with(.shape(.noEventNames)))
        let expected = faulted.healthy.events.map { event in
            String(event[event.index(after: event.firstIndex(of: "\n") ?? event.startIndex)...])
        }
        #expect(answer.events == expected)
        #expect(answer.events.allSatisfy { $0.hasPrefix("data: {") })
        #expect(Faulted(.openai, stream: true).with(.shape(.noEventNames)) == nil)
    }

    @Test(arguments: replies)
    func aFirstChunkLikeAzuresBringsNoChoice(_ reply: Reply) throws {
        let (event, place) = try added(
            .emptyFirstChunk, Faulted(.openai, stream: true, reply))
        #expect(place == 0)
        let chunk = try json(event)
        #expect(
            chunk.objectValue?.map(\.key) == [
                "choices", "created", "id", "model", "object", "prompt_filter_results",
            ])
        #expect(chunk["choices"] == [])
        #expect(chunk["id"] == "")
        #expect(chunk["model"] == "")
        let filter = "/prompt_filter_results/0/content_filter_results/violence/severity"
        #expect(chunk.value(at: filter) == "safe")
    }

    @Test func aPingComesBeforeTheMessage() throws {
        let (event, place) = try added(.emptyFirstChunk, Faulted(.anthropic, stream: true))
        #expect(place == 0)
        #expect(event == "event: ping\ndata: {\"type\":\"ping\"}\n\n")
    }

    @Test(arguments: replies)
    func aChoiceAmidTheOthersHasNoDelta(_ reply: Reply) throws {
        let faulted = Faulted(.openai, stream: true, reply)
        let (event, place) = try added(.noDelta, faulted)
        #expect(event.hasPrefix("data: "))
        let chunk = try json(event)
        let next = try json(faulted.healthy.events[place])
        for key in ["id", "object", "created", "model"] { #expect(chunk[key] == next[key]) }
        let choice = try #require(chunk.value(at: "/choices/0"))
        #expect(choice["delta"] == nil)
        #expect(choice["index"] == 0)
        #expect(choice["finish_reason"] == .null)
        #expect(choice["content_filter_offsets"] != nil)
        #expect((3..<faulted.healthy.events.count - 2).contains(place))
    }

    @Test(arguments: replies)
    func aContentBlockHasNoDelta(_ reply: Reply) throws {
        let faulted = Faulted(.anthropic, stream: true, reply)
        let (event, place) = try added(.noDelta, faulted)
        #expect(
            event == "event: content_block_delta\ndata: {\"type\":\"content_block_delta\","
                + "\"index\":0}\n\n")
        #expect(faulted.healthy.events[place].hasPrefix("event: content_block_delta"))
    }

    @Test(arguments: DialectName.allCases)
    func aGatewaysEventComesBeforeTheEnd(_ dialect: DialectName) throws {
        let faulted = Faulted(dialect, stream: true)
        let (event, place) = try added(.extraEvent, faulted)
        #expect(place == faulted.healthy.events.count - 1)
        let head = dialect == .ollama ? "" : "event: billing.summary\ndata: "
        #expect(try split(event: event).head == head)
        #expect(try json(event)["type"] == "billing.summary")
    }

    @Test(arguments: DialectName.allCases, replies)
    func oneMoreEventComesBehindTheEnd(_ dialect: DialectName, _ reply: Reply) throws {
        let faulted = Faulted(dialect, stream: true, reply)
        let (event, place) = try added(.afterTerminal, faulted)
        #expect(place == faulted.healthy.events.count)
        #expect(faulted.healthy.events.contains(event))
        #expect(
            try json(event).text.contains(
                dialect == .ollama ? #""done":false"# : #""delta":{""#))
    }

    @Test(arguments: DialectName.allCases, [false, true])
    func theContentTypeIsNotWhatTheBodyIs(_ dialect: DialectName, _ stream: Bool) throws {
        let faulted = Faulted(dialect, stream: stream)
        let answer = try #require(faulted.with(.shape(.wrongContentType)))
        #expect(
            answer.field("content-type")
                == (stream ? "application/json" : "text/plain; charset=utf-8"))
        #expect(answer.bytes == faulted.healthy.bytes)
        let others = { (answer: Answer) in
            answer.head.fields.fields.filter { $0.name != "content-type" }
        }
        #expect(others(answer) == others(faulted.healthy))
    }

    @Test func aPlainAnswerHasNoShapesOfEvents() {
        let shapes: [StreamShape] = [
            .noEventNames, .emptyFirstChunk, .noDelta, .extraEvent, .afterTerminal,
        ]
        for dialect in DialectName.allCases {
            for shape in shapes { #expect(Faulted(dialect).with(.shape(shape)) == nil) }
        }
    }

    @Test func whereNothingIsSaidThereIsNoDeltaToBeMissing() {
        let silent = Reply(
            choices: [Reply.Choice(text: TokenText(""), finish: .stop)], promptTokens: 1)
        for dialect in DialectName.allCases {
            #expect(Faulted(dialect, stream: true, silent).with(.shape(.noDelta)) == nil)
        }
    }

    @Test(arguments: DialectName.allCases)
    func severalShapesAndAMissingEndAreInOneStream(_ dialect: DialectName) throws {
        let faulted = Faulted(dialect, stream: true)
        let faults: [Fault] =
            [
                .shape(.extraEvent), .shape(.afterTerminal), .shape(.emptyFirstChunk),
                .missing(DialectSample.of(dialect).end),
            ]
            // Ollama's reason stands in the line that is missing.
            + (dialect == .ollama ? [] : [.missing(.finishReason)])
        for order in [faults, faults.reversed()] {
            var answer = faulted.healthy
            for fault in order { answer = try #require(answer.with(fault, dialect)) }
            #expect(answer.events.count == faulted.healthy.events.count + 2)
            #expect(answer.events.filter { $0.contains(#""type":"billing.summary""#) }.count == 1)
            let hasEnd = answer.events.contains {
                $0 == "data: [DONE]\n\n" || $0.contains("message_stop")
                    || $0.contains(#""done":true"#)
            }
            #expect(!hasEnd)
        }
    }

    @Test(arguments: DialectName.allCases)
    func eventsOfAnEditedStreamCanBeRenderedInAnyOrder(_ dialect: DialectName) throws {
        let answer = try #require(
            Faulted(dialect, stream: true, Samples.calls).with(.content(.wrongModel))?
                .with(.shape(.noDelta), dialect))
        guard case .events(let stream) = answer.body else { return }
        // Behind bytes that stand in the buffer already, too.
        let backward = (0..<stream.count).reversed().map { index in
            var bytes = Array("data: {}\n".utf8)
            stream.render(index, &bytes)
            return String(decoding: bytes.dropFirst(9), as: UTF8.self)
        }
        #expect(answer.events == backward.reversed())
    }
}
