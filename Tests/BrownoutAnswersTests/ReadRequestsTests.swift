import BrownoutDialects
import BrownoutEngine
import BrownoutJSON
import BrownoutRecords
import BrownoutTesting
import BrownoutWire
import Testing

@testable import BrownoutAnswers

/// A request that was read before is answered as if it had been read again.
@Suite struct ReadRequestsTests {
    private static let known = BodyHash.Key(1, 2)

    private static func moment(_ second: Int) -> AnswerMoment {
        AnswerMoment(
            elapsed: .seconds(second), wall: 1_800_000_000_000_000 + Int64(second) * 1_000_000,
            date: "Fri, 15 Jan 2027 08:00:00 GMT", closing: false)
    }

    private static func bytes(_ body: JSON) -> [UInt8] {
        body.isNull ? [] : Array(body.text.utf8)
    }

    /// What becomes of requests, one after the other, where what was read is kept.
    private static func keeping(
        _ requests: [IncomingRequest], _ kept: ReadRequests, under scenario: Scenario = .healthy
    ) -> [PlannedExchange] {
        let responder = Responder(engine: Engine(scenario: scenario))
        return requests.enumerated().map { second, request in
            var unread = request
            let body = (try? request.body.get()).map(bytes) ?? []
            unread.body = request.body.map { _ in .null }
            return body.withUnsafeBufferPointer {
                responder.plan(unread, body: $0, known: kept, at: moment(second))
            }
        }
    }

    private static func reading(
        _ requests: [IncomingRequest], under scenario: Scenario = .healthy
    ) -> [PlannedExchange] {
        let responder = Responder(engine: Engine(scenario: scenario))
        return requests.enumerated().map { responder.plan($1, at: moment($0)) }
    }

    private static func expectSame(
        _ requests: [IncomingRequest], _ comment: Comment? = nil,
        _ place: SourceLocation = #_sourceLocation
    ) {
        let kept = ReadRequests(key: known)
        for (one, other) in zip(keeping(requests, kept), reading(requests)) {
            #expect(one.record == other.record, comment, sourceLocation: place)
            #expect(one.answer.script.steps == other.answer.script.steps, sourceLocation: place)
        }
    }

    @Test(arguments: EndpointSample.all)
    func whatWasReadBeforeIsAnsweredAsIfItWereReadAgain(_ sample: EndpointSample) {
        for stream in sample.kinds {
            let request = sample.incoming(stream: stream)
            Self.expectSame(Array(repeating: request, count: 4))
        }
    }

    /// The third of each is one that is known.
    @Test func whoAsksIsReadOfEveryRequest() {
        let sample = EndpointSample.written[0]
        var requests = Array(repeating: sample.incoming(), count: 3)
        let others: [(String, String)] = [
            ("x-brownout-call", "one"), ("x-brownout-session", "other"),
            ("idempotency-key", "key"), ("x-stainless-retry-count", "2"), ("user-agent", "test"),
            ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
        ]
        for (name, value) in others {
            var request = sample.incoming()
            request.headers = request.headers.with(HeaderField(name, value))
            requests += [request, request]
        }
        Self.expectSame(requests)
    }

    /// A call that is known by its name alone has no digest that another could be known by.
    @Test func aCallWithoutANameIsKnownByWhatItSays() {
        let sample = EndpointSample.written[0]
        var named = sample.incoming()
        named.headers = named.headers.with(HeaderField("x-brownout-call", "one"))
        Self.expectSame([named, named, named, sample.incoming(), sample.incoming()])
    }

    @Test(arguments: DialectName.allCases)
    func aKeyAndAVersionTellRequestsApart(_ dialect: DialectName) throws {
        let sample = try #require(EndpointSample.written.first { $0.dialect == dialect })
        let whole = sample.incoming()
        var requests = [whole, whole, whole]
        for index in whole.headers.indices {
            var without = whole
            var fields = Array(whole.headers)
            fields.remove(at: index)
            without.headers = HeaderFields(fields)
            requests.append(without)
        }
        requests.append(whole)
        Self.expectSame(requests)
    }

    @Test func bodiesThatAreRefusedAreReadOnceToo() {
        let sample = EndpointSample.written[0]
        let wrong = sample.incoming(body: ["model": "gpt-4o", "messages": "none"])
        Self.expectSame([wrong, wrong, wrong, wrong])
    }

    @Test func anotherScenarioReadsAnew() throws {
        let sample = EndpointSample.written[0]
        let kept = ReadRequests(key: Self.known)
        var scenario = Scenario.healthy
        scenario.providers = [VirtualProvider(name: "openai", dialect: .anthropic)]
        let request = sample.incoming()
        let first = Self.keeping([request, request, request], kept)
        #expect(first.map(\.request.facts.dialect) == [.openai, .openai, .openai])
        let second = Self.keeping([request], kept, under: scenario)
        #expect(second[0].request.facts.dialect == .anthropic)
    }

    /// A field's end is no byte that a body could hold.
    @Test func aBodyThatLooksLikeAFieldIsAnotherRequest() {
        let sample = EndpointSample.written[0]
        var whole = sample.incoming()
        whole.headers = whole.headers.with(HeaderField("x-a", "b"))
        let body = Self.bytes(sample.body())
        let responder = Responder(engine: Engine(scenario: .healthy))
        let kept = ReadRequests(key: Self.known)
        func status(_ request: IncomingRequest, _ body: [UInt8]) -> Int {
            var unread = request
            unread.body = .success(.null)
            return body.withUnsafeBufferPointer {
                responder.plan(unread, body: $0, known: kept, at: Self.moment(0)).answer.script
                    .status
            }
        }
        let odd = Array("x-a\0b\0".utf8) + body
        for _ in 0..<3 { #expect(status(sample.incoming(), odd) == 400) }
        #expect(status(whole, body) == 200)
    }

    @Test func whatIsKeptIsBounded() {
        let sample = EndpointSample.written[0]
        let kept = ReadRequests(key: Self.known)
        let responder = Responder(engine: Engine(scenario: .healthy))
        for round in 0..<2 {
            for number in 0..<3000 {
                var unread = sample.incoming()
                unread.body = .success(.null)
                let text: JSON = .string(String(repeating: "x", count: number))
                let messages: JSON = [["role": "user", "content": text]]
                let body = Self.bytes(sample.body([("messages", messages)]))
                let planned = body.withUnsafeBufferPointer {
                    responder.plan(unread, body: $0, known: kept, at: Self.moment(round))
                }
                #expect(planned.answer.script.status == 200)
            }
        }
        #expect(kept.count > 0 && kept.count <= ReadRequests.mostEntries)
        #expect(kept.bytes <= ReadRequests.mostBytes)
    }
}

extension HeaderFields {
    /// The fields with one more.
    fileprivate func with(_ field: HeaderField) -> HeaderFields { HeaderFields(self + [field]) }
}
