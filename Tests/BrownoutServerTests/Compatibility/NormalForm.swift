import BrownoutAnswers
import BrownoutDialects
import BrownoutEngine
import BrownoutJSON
import BrownoutRecordings
import BrownoutRecords
import BrownoutServer
import BrownoutTesting
import BrownoutWire
import Testing

// A request is the same whatever the order of its members.
extension CompatibilityTests {
    /// The same JSON with the members of every object in another order.
    private func shuffled(_ json: JSON, _ words: inout WordStream) -> JSON {
        switch json {
        case .object(var members):
            for index in members.indices.reversed() {
                members.swapAt(index, words.below(index + 1))
            }
            return .object(members.map { JSONMember($0.key, shuffled($0.value, &words)) })
        case .array(let items): return .array(items.map { shuffled($0, &words) })
        default: return json
        }
    }

    /// What a request is known by to rules and to recordings.
    private struct Identity: Equatable {
        var call: CallKey
        var match: MatchKey
        /// Of the decision, which all that is drawn follows from.
        var id: ExchangeID

        init(_ sample: EndpointSample, _ body: JSON) {
            let planned = CompatibilityTests.plan(sample.incoming(body: body)).planned
            call = planned.request.facts.call
            match = RequestMatcher([]).key(
                of: MatchRequest(
                    RecordedRequest(
                        method: sample.endpoint.method, path: sample.path,
                        headers: sample.sample.headers, body: body.bytes),
                    provider: sample.dialect.rawValue, dialect: sample.dialect))
            id = planned.decision.id
        }
    }

    @Test(arguments: EndpointSample.posted)
    func theOrderOfMembersMakesNoOtherCall(_ sample: EndpointSample) {
        for stream in sample.kinds {
            let body = sample.body(stream: stream, sample.offer)
            let known = Identity(sample, body)
            var words = WordStream(state: 8)
            var texts: Set<String> = []
            for _ in 0..<20 {
                let other = shuffled(body, &words)
                texts.insert(other.text)
                #expect(Identity(sample, other) == known, "\(other.text)")
            }
            #expect(texts.count > 1 || body.objectValue?.count == 1)
        }
    }

    /// Models give a tool its arguments in the order of its schema; nothing else has one.
    @Test(arguments: EndpointSample.posted)
    func theOrderOfMembersMakesNoOtherAnswer(_ sample: EndpointSample) {
        for stream in sample.kinds {
            let body = sample.body(stream: stream)
            func answer(_ body: JSON) -> RecordedResponse {
                RecordedResponse(Self.plan(sample.incoming(body: body)).planned.answer.script)
            }
            let known = answer(body)
            var words = WordStream(state: 9)
            for _ in 0..<5 { #expect(answer(shuffled(body, &words)) == known) }
        }
    }

    @Test(arguments: EndpointSample.posted)
    func anotherMemberMakesAnotherCall(_ sample: EndpointSample) {
        let known = Identity(sample, sample.body())
        let other = Identity(sample, sample.body([("model", "nobody-knows-this")]))
        #expect(other.call != known.call && other.match != known.match)
        // The kind of the answer is no part of the call.
        for stream in sample.kinds {
            let asked = Identity(sample, sample.body(stream: stream))
            #expect(asked.call == known.call && asked.match == known.match)
        }
    }
}
