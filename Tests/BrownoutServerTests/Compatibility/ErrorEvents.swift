import BrownoutDialects
import BrownoutEngine
import BrownoutRecordings
import BrownoutRecords
import BrownoutTesting
import BrownoutWire
import Testing

// An error amid a stream is in the provider's form, and stands between events.
extension CompatibilityTests {
    /// The stream up to a position, then the error.
    private func failing(
        _ sample: EndpointSample, _ cause: Cause, at position: Position, _ answer: Answer
    ) -> (body: [UInt8], events: [StreamEvent]) {
        let events = Dialects.errorEvents(
            CauseFault(cause), for: sample.request(stream: true), context: Samples.context)
        let script = WireScript(answer).failing(with: events, at: position)
        let sent = RecordedResponse(script)
        #expect(sent.ending == .complete)
        return (sent.body, events)
    }

    private func events(_ body: [UInt8], _ framing: EventFraming) -> [StreamEvent] {
        var start = 0
        return EventBorders(of: body, framing).ends.map { end in
            defer { start = end }
            return framing.read(body[start..<end])
        }
    }

    @Test(arguments: EndpointSample.written)
    func anErrorEventStandsBehindTheEventsBefore(_ sample: EndpointSample) throws {
        let answer = Self.answer(sample, stream: true, Samples.hello)
        let stream = try Self.stream(answer)
        let ends = [0] + Self.ends(stream)
        for (count, end) in ends.dropLast().enumerated() {
            let (body, errors) = failing(sample, .overloaded, at: .event(count), answer)
            #expect(!errors.isEmpty)
            #expect(body.starts(with: answer.bytes[..<end]))
            let read = events(body, sample.streams.framing)
            #expect(read == (0..<count).map(stream.event) + errors, "behind \(count) events")
        }
        // A byte within an event is rounded up to its end.
        for byte in stride(from: 1, to: ends[ends.count - 2], by: 37) {
            let (body, errors) = failing(sample, .overloaded, at: .byte(byte), answer)
            let count = ends.count { $0 < byte }
            let read = events(body, sample.streams.framing)
            #expect(read == (0..<count).map(stream.event) + errors, "in byte \(byte)")
        }
    }

    @Test(arguments: EndpointSample.written, Cause.allCases)
    func aStreamThatFailsHasItsEndInTheProvidersForm(
        _ sample: EndpointSample, _ cause: Cause
    ) throws {
        let answer = Self.answer(sample, stream: true, Samples.hello)
        let half = try Self.stream(answer).count / 2
        let (body, _) = failing(sample, cause, at: .event(half), answer)
        #expect(RecordedAnswer.hasEnded(body, sample.streams, of: sample.dialect))
        #expect(
            !RecordedAnswer.hasEnded(
                Array(answer.bytes[..<Self.ends(try Self.stream(answer))[half - 1]]),
                sample.streams, of: sample.dialect))
        let plain = try #require(
            RecordedAnswer.plain(
                ofStream: body, sample.streams, endpoint: sample.endpoint, of: sample.dialect))
        // An error, or an answer that the provider's filter has ended.
        if plain.status < 400 {
            let finish = Reply(recorded: plain.body, sample.dialect)?.choices.map(\.finish)
            #expect(finish == [.refusal])
        } else {
            #expect(plain.notes.count == 1)
        }
    }
}
