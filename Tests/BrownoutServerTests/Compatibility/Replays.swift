import BrownoutAnswers
import BrownoutDialects
import BrownoutEngine
import BrownoutRecordings
import BrownoutRecords
import BrownoutServer
import BrownoutTesting
import BrownoutWire
import Testing

// What was recorded is replayed: as it was, and as the other kind of answer.
extension CompatibilityTests {
    /// The answer as a recorder has it, with the times of its pieces.
    private func recorded(_ sample: EndpointSample, stream: Bool) -> RecordedResponse {
        var scenario = Scenario(name: "recorded")
        scenario.pace = Pace(
            firstToken: .constant(.milliseconds(20)), betweenTokens: .constant(.milliseconds(10)))
        return RecordedResponse(
            Self.plan(sample.incoming(stream: stream), in: scenario).planned.answer.script)
    }

    @Test(arguments: EndpointSample.all)
    func aReplayIsWhatWasRecordedByteForByte(_ sample: EndpointSample) throws {
        for stream in sample.kinds {
            let response = recorded(sample, stream: stream)
            #expect(!response.body.isEmpty && response.ending == .complete)
            let recording = Self.recording(sample, stream: stream, response)
            let read = try RecordingDocument.decode(RecordingDocument.encode(recording))
            #expect(read == recording)
            let replayed = Self.replay(read, to: sample, stream: stream)
            #expect(RecordedResponse(replayed.script) == response)
            #expect(replayed.notes == [])
        }
    }

    @Test(arguments: EndpointSample.written, [false, true])
    func aRecordingAnswersTheOtherKindWithTheSame(
        _ sample: EndpointSample, _ stream: Bool
    ) throws {
        for reply in Self.replies(sample) {
            let made = Self.answer(sample, stream: !stream, reply)
            let recording = Self.recording(
                sample, stream: !stream, RecordedResponse(WireScript(made)))
            #expect((recording.form != nil) == !stream)
            let replayed = Self.replay(recording, to: sample, stream: stream)
            let response = RecordedResponse(replayed.script)
            #expect(response.ending == .complete)
            #expect((response.form(of: sample.dialect, sample.endpoint) != nil) == stream)
            let said = try Said(response.body, stream: stream, sample)
            #expect(try said == Said(made.bytes, stream: !stream, sample))
            // It is told, and nothing had to be made up.
            #expect(replayed.notes.count == 1, "\(replayed.notes)")
        }
    }

    /// Nothing is lost on the way there and back.
    @Test(arguments: EndpointSample.written)
    func aPlainAnswerMadeAStreamIsThatPlainAnswerAgain(_ sample: EndpointSample) throws {
        for reply in Self.replies(sample) {
            let plain = Self.answer(sample, stream: false, reply).bytes
            let stream = try #require(
                RecordedAnswer.stream(
                    ofPlain: plain, endpoint: sample.endpoint, of: sample.dialect,
                    includesUsage: true))
            #expect(stream.notes == [])
            #expect(try Said(stream: stream.body, sample) == Said(plain: plain, sample))
        }
    }

    @Test(arguments: EndpointSample.written)
    func tokensOfAStreamAreThoseItWasMadeOf(_ sample: EndpointSample) throws {
        for reply in Self.replies(sample) {
            let answer = Self.answer(sample, stream: true, reply)
            let made = try Self.stream(answer)
            let replayed = RecordedAnswer.stream(answer.bytes, sample.streams, of: sample.dialect)
            #expect(replayed.count == made.count)
            #expect(
                (0..<replayed.count).map { replayed.tokens($0) }
                    == (0..<made.count).map { made.tokens($0) })
            #expect(replayed.toolMark?.description == made.toolMark?.description)
        }
    }

    @Test(arguments: EndpointSample.written)
    func tokensOfAPlainBodyEndWhereTheyWereWritten(_ sample: EndpointSample) throws {
        for reply in Self.replies(sample) {
            let answer = Self.answer(sample, stream: false, reply)
            let made = try Self.whole(answer)
            let replayed = RecordedAnswer.whole(answer.bytes, of: sample.dialect)
            #expect(replayed.tokenEnds() == made.tokenEnds())
            #expect(replayed.tokens == made.tokens)
            #expect(replayed.toolMark?.description == made.toolMark?.description)
        }
    }
}
