import BrownoutEngine
import BrownoutJournal
import BrownoutRecords
import BrownoutTesting
import Foundation
import NIOCore
import Testing

@testable import BrownoutServer

/// The scenario's time over real sockets: it stands still until it is moved, or runs fast.
@Suite struct ClockTests {
    @Test func aStallOfHalfAMinuteTakesNoTime() async throws {
        let yaml = """
            scenario: t
            clock: manual
            reply: {text: "one two three"}
            rules: [{name: stall, fault: {stall: 30s, at: event 2}}]
            """
        let journal = try await LiveServer.run(yaml) { live in
            let client = try live.client()
            try client.send(Request.chat(stream: true))
            let before = client.read(seconds: 5) { $0.components(separatedBy: "data: ").count > 2 }
            #expect(!Request.isWhole(before.text))
            _ = await live.server.advance(by: .milliseconds(29_999))
            let still = client.read(seconds: 0.1) { Request.isWhole(before.text + $0) }
            #expect(still.text == "")
            _ = await live.server.advance(by: .milliseconds(1))
            let after = client.read(seconds: 5) { Request.isWhole(before.text + $0) }
            #expect(Request.isWhole(before.text + after.text))
        }
        #expect(journal[0].plannedLastByte == 30_000_000)
        #expect(journal[0].lastByte == 30_000_000)
        #expect(journal[0].ending == .complete)
    }

    @Test func anOutageOfAMinuteTakesNoTime() async throws {
        let yaml = """
            scenario: t
            clock: manual
            phases:
              - {name: outage, for: 60s, rules: [{name: down, fault: unavailable}]}
            """
        try await LiveServer.run(yaml) { live in
            func status() throws -> Int? { Request.status(try live.exchange(Request.chat()).text) }
            var statuses = [try status()]
            for step in [59, 1] {
                _ = await live.server.advance(by: .seconds(step))
                statuses.append(try status())
            }
            #expect(statuses == [503, 503, 200])
        }
    }

    @Test func paceGoesByTheHandMovedClock() async throws {
        let yaml = """
            scenario: t
            clock: manual
            pace: {first-token: 1s, between-tokens: 1s}
            reply: {text: "one two three four"}
            """
        try await LiveServer.run(yaml) { live in
            let client = try live.client()
            try client.send(Request.chat(stream: true))
            var text = client.read(seconds: 5) { $0.contains("data: ") }.text
            func events() -> Int { text.components(separatedBy: "data: ").count - 1 }
            #expect(events() == 1)
            for count in 2...4 {
                _ = await live.server.advance(by: .seconds(1))
                text += client.read(seconds: 5) { $0.contains("data: ") }.text
                #expect(events() == count)
            }
            // A long step plays everything that is due by its end.
            _ = await live.server.advance(by: .seconds(3600))
            let so = text
            text += client.read(seconds: 5) { Request.isWhole(so + $0) }.text
            #expect(Request.isWhole(text))
        }
    }

    @Test func aFastClockShortensWaits() async throws {
        let yaml = """
            scenario: t
            clock: x1000
            rules: [{name: slow, latency: 100s}]
            """
        let journal = try await LiveServer.run(yaml) { live in
            let began = ContinuousClock.now
            let answer = try live.exchange(Request.chat())
            #expect(Request.status(answer.text) == 200)
            #expect(ContinuousClock.now - began >= .milliseconds(100))
        }
        #expect(journal[0].plannedFirstByte == 100_000_000)
        #expect((journal[0].firstByte ?? 0) >= 100_000_000)
    }

    /// A server that stops does not wait for a clock that nobody moves.
    @Test func stoppingEndsWhatWaitsForAHand() async throws {
        let yaml = """
            scenario: t
            clock: manual
            reply: {text: "one two"}
            rules: [{name: slow, fault: {stall: 10s, at: event 1}}]
            """
        var client: RawClient?
        let began = ContinuousClock.now
        let journal = try await LiveServer.run(yaml, limits: { $0.graceTime = .seconds(600) }) {
            live in
            client = try live.client()
            try client?.send(Request.chat(stream: true))
            _ = client?.read(seconds: 5) { $0.contains("data: ") }
        }
        #expect(journal[0].ending == .stopped)
        #expect(ContinuousClock.now - began < .seconds(300))
        client = nil
    }

    /// A fast clock reaches the end of time before the machine does.
    @Test(arguments: [0.001, 0.5, 100_000] as [Double])
    func aScaledClockStopsAtTheEndOfTime(factor: Double) {
        let clock = ScenarioClock(.scaled(by: factor), began: .uptimeNanoseconds(5))
        let late = clock.instant(at: .uptimeNanoseconds(UInt64(Int64.max)))
        #expect(late.nanoseconds > 0)
        let deadline = clock.deadline(of: ScenarioInstant(nanoseconds: .max))
        #expect((deadline?.uptimeNanoseconds ?? 0) > 1_000_000_000)
    }
}
