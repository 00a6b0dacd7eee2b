import BrownoutDialects
import BrownoutEngine
import BrownoutRecordings
import BrownoutRecords
import BrownoutTesting
import BrownoutWire
import Testing

// What was sent before a cut is the beginning of the answer, and ends exactly there.
extension CompatibilityTests {
    /// What a client has of an answer that is cut.
    private func cut(_ answer: Answer, at position: Position) -> RecordedResponse {
        RecordedResponse(WireScript(answer).cut(.reset, at: position))
    }

    @Test(arguments: EndpointSample.written)
    func aCutAtAnEventEndsBehindIt(_ sample: EndpointSample) throws {
        for reply in Self.replies(sample) {
            let answer = Self.answer(sample, stream: true, reply)
            let whole = answer.bytes
            for (index, end) in ([0] + Self.ends(try Self.stream(answer))).enumerated() {
                let sent = cut(answer, at: .event(index))
                #expect(sent.body == Array(whole[..<end]), "\(index) events")
                #expect(sent.ending == .reset)
            }
        }
    }

    @Test(arguments: EndpointSample.written, [false, true])
    func aCutAtAByteEndsThere(_ sample: EndpointSample, _ stream: Bool) throws {
        for reply in Self.replies(sample) {
            let answer = Self.answer(sample, stream: stream, reply)
            let whole = answer.bytes
            // Steps that fall on every kind of byte in turn, and the end itself.
            for count in Array(stride(from: 0, to: whole.count, by: 29)) + [whole.count] {
                let sent = cut(answer, at: .byte(count))
                #expect(sent.body == Array(whole[..<count]), "\(count) bytes")
                #expect(sent.ending == .reset)
            }
        }
    }

    /// What is cut anywhere is read without harm, and its last event is what there is of it.
    @Test(arguments: EndpointSample.written, [false, true])
    func everyBodyCutAnywhereIsReadWithoutHarm(_ sample: EndpointSample, _ stream: Bool) throws {
        let reply = sample.endpoint.operation == .chat ? Samples.mixed : Samples.hello
        let body = Self.answer(sample, stream: stream, reply).bytes
        let isSSE = sample.streams.framing == .sse
        let forms = isSSE ? [sample.streams] : [sample.streams, StreamForm(.sse)]
        for end in stride(from: body.count, through: 0, by: stream ? -53 : -7) {
            let part = Array(body[..<end])
            _ = RecordedAnswer.whole(part, of: sample.dialect)
            for form in forms {
                #expect(RecordedAnswer.events(part, form.framing).last ?? 0 == end)
                let replayed = RecordedAnswer.stream(part, form, of: sample.dialect)
                _ = (0..<replayed.count).map { replayed.tokens($0) }
            }
        }
    }
}
