import BrownoutEngine
import BrownoutRecords
import Testing

@testable import BrownoutRecordings

@Suite struct RecordingTests {
    private func response(_ status: Int?, _ ending: RecordedEnding) -> RecordedResponse {
        RecordedResponse(
            head: status.map {
                RecordedHead(
                    status: $0, reason: "",
                    headers: [HeaderField("Content-Type", "text/event-stream; charset=utf-8")])
            }, ending: ending)
    }

    @Test func anAnswerIsAFailureByItsStatusOrItsEnd() {
        #expect(!response(200, .complete).isFailure)
        #expect(response(429, .complete).isFailure)
        #expect(response(200, .reset).isFailure)
        #expect(response(nil, .refused).isFailure)
    }

    @Test func aStreamIsKnownByItsContentType() {
        #expect(response(200, .complete).isStream)
        #expect(!response(nil, .refused).isStream)
    }
}
