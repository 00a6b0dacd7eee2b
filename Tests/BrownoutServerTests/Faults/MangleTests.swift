import BrownoutJournal
import BrownoutRecords
import BrownoutServer
import BrownoutTesting
import Foundation
import Testing

/// One event of a stream is not as it should be, and all others are.
@Suite(.serialized) struct MangleTests {
    private func events(_ run: FaultRun) -> String { Chunks.payload(of: run.body) }

    @Test(arguments: [
        ("event 3", 3), ("start", 0), ("headers", 0), ("token 2", 3), ("50%", 7), ("terminal", 14),
    ])
    func anEventIsLeftOut(position: String, index: Int) async throws {
        let run = try await FaultRun.of("{mangle: drop, at: \(position)}")
        var expected = run.healthyEvents
        expected.remove(at: index)
        #expect(events(run) == expected.joined())
        #expect(run.journal[0].injected == true)
    }

    @Test func anEventComesTwice() async throws {
        let run = try await FaultRun.of("{mangle: duplicate, at: event 3}")
        var expected = run.healthyEvents
        expected.insert(expected[3], at: 3)
        #expect(events(run) == expected.joined())
    }

    @Test(arguments: [("event 3", 3), ("terminal", 13)])
    func anEventComesAfterTheNext(position: String, index: Int) async throws {
        let run = try await FaultRun.of("{mangle: reorder, at: \(position)}")
        var expected = run.healthyEvents
        expected.swapAt(index, index + 1)
        #expect(events(run) == expected.joined())
    }

    @Test func anEventsJSONIsBroken() async throws {
        let run = try await FaultRun.of("{mangle: bad-json, at: event 3}")
        var expected = run.healthyEvents
        expected[3] = String(expected[3].dropLast(3)) + "\n\n"
        #expect(events(run) == expected.joined())
    }

    @Test func aByteBreaksUTF8ExactlyWhereItIsSaid() async throws {
        let run = try await FaultRun.of("{mangle: bad-utf8, at: byte 700}")
        var expected = Chunks.bytes(of: Array(run.healthyBody.utf8))
        expected[700] = 0xFF
        let start = try #require(
            run.bytes.indices.first { run.bytes[$0...].starts(with: Array("\r\n\r\n".utf8)) })
        #expect(Chunks.bytes(of: Array(run.bytes[(start + 4)...])) == expected)
    }

    @Test(arguments: [("bad-json", UInt8(0x01)), ("bad-utf8", 0xFF)])
    func aPlainBodyIsBrokenAtAByte(mangle: String, byte: UInt8) async throws {
        let run = try await FaultRun.of(
            "{mangle: \(mangle), at: byte 20}", request: Request.chat())
        var expected = run.healthy
        let start = expected.count - run.healthyBody.utf8.count
        expected[start + 20] = byte
        #expect(run.bytes[start...] == expected[start...])
        #expect(run.journal[0].injected == true)
    }

    @Test func anEventOfTwoMegabytesStillSaysTheSame() async throws {
        let run = try await FaultRun.of("{mangle: huge-event, at: event 3}")
        let parts = events(run).components(separatedBy: "\n\n").dropLast()
        #expect(parts.count == run.healthyEvents.count)
        #expect(parts[3].utf8.count == 2 * 1024 * 1024 - 2)
        let data = parts[3].dropFirst("data:".count).drop { $0 == " " }
        #expect("data: \(data)\n\n" == run.healthyEvents[3])
    }

    @Test(arguments: [
        ("comment-flood", ": keep-alive\n\n"),
        ("ping-flood", "event: ping\ndata: {\"type\":\"ping\"}\n\n"),
    ])
    func aThousandFramesFloodAnEvent(mangle: String, frame: String) async throws {
        let run = try await FaultRun.of("{mangle: \(mangle), at: event 3}")
        var expected = run.healthyEvents
        expected[3] = String(repeating: frame, count: 1000) + expected[3]
        #expect(events(run) == expected.joined())
    }

    @Test func aMangleByTimeHitsTheEventThatIsDueThen() async throws {
        let run = try await FaultRun.of(
            "{mangle: drop, at: 25ms}", top: "pace: {first-token: 10ms, between-tokens: 10ms}")
        var expected = run.healthyEvents
        // The head's event is at 0, tokens come at 10, 20, 30 ms.
        expected.remove(at: 3)
        #expect(events(run) == expected.joined())
    }

    /// What has no place in an answer is not passed over in silence.
    @Test(arguments: [("drop", "event 99", true), ("drop", "event 1", false)])
    func aMangleWithoutAPlaceIsSaidToBeMissed(mangle: String, at: String, stream: Bool)
        async throws
    {
        let run = try await FaultRun.of(
            "{mangle: \(mangle), at: \(at)}", request: Request.chat(stream: stream))
        #expect(run.body == run.healthyBody)
        #expect(run.journal[0].injected == false)
    }
}
