import BrownoutEngine
import BrownoutJournal
import BrownoutRecords
import BrownoutTesting
import Foundation
import NIOCore
import Testing

@testable import BrownoutServer

/// Every key of `latency` over real sockets, on a clock that is moved by hand: what is due at a
/// moment is not there a microsecond before.
@Suite struct LatencyWireTests {
    /// A latency, and when each part of an answer of four tokens is due, in microseconds.
    struct Case: Sendable, CustomTestStringConvertible {
        var latency: String
        var stream: Bool
        /// How many events are out by then; of a plain answer, 1 is all of it.
        var due: [(at: Int, events: Int)]

        var testDescription: String { "\(latency), \(stream ? "stream" : "plain")" }
    }

    /// A stream is an opening event, four of a token each, one that finishes it, and `[DONE]`.
    static let cases = [
        Case(latency: "250ms", stream: false, due: [(250_000, 1)]),
        Case(latency: "250ms", stream: true, due: [(250_000, 7)]),
        Case(latency: "{before-headers: 250ms}", stream: true, due: [(250_000, 7)]),
        Case(
            latency: "{first-token: 1s, between-tokens: 100ms}", stream: true,
            due: [(0, 1), (1_000_000, 2), (1_100_000, 3), (1_200_000, 4), (1_300_000, 7)]),
        // A plain answer takes as long as its stream would.
        Case(
            latency: "{first-token: 1s, between-tokens: 100ms}", stream: false,
            due: [(1_300_000, 1)]),
        Case(
            latency: "{before-headers: 500ms, first-token: 1s, between-tokens: 100ms}",
            stream: true,
            due: [
                (500_000, 1), (1_500_000, 2), (1_600_000, 3), (1_700_000, 4), (1_800_000, 7),
            ]),
        Case(latency: "{whole: 2s}", stream: false, due: [(2_000_000, 1)]),
        Case(
            latency: "{whole: 2s}", stream: true,
            due: [(0, 1), (500_000, 2), (1_000_000, 3), (1_500_000, 4), (2_000_000, 7)]),
        Case(
            latency: "{before-headers: 1s, whole: 2s}", stream: false, due: [(2_000_000, 1)]),
        Case(
            latency: "{before-headers: 1s, whole: 2s}", stream: true,
            due: [
                (1_000_000, 1), (1_250_000, 2), (1_500_000, 3), (1_750_000, 4), (2_000_000, 7),
            ]),
        // What does not divide evenly ends in time all the same.
        Case(
            latency: "{whole: 10us}", stream: true,
            due: [(0, 1), (2, 2), (5, 3), (7, 4), (10, 7)]),
        // The prompt of the test has 8 tokens.
        Case(latency: "{per-input-token: 200us}", stream: false, due: [(1600, 1)]),
        Case(latency: "{per-input-token: 200us}", stream: true, due: [(0, 1), (1600, 7)]),
        Case(
            latency: "{whole: 400us, per-input-token: 100us}", stream: true,
            due: [(0, 1), (900, 2), (1000, 3), (1100, 4), (1200, 7)]),
        Case(
            latency: "{whole: 400us, per-input-token: 100us}", stream: false,
            due: [(1200, 1)]),
        Case(
            latency: "{first-token: 1ms, per-input-token: 100us}", stream: false,
            due: [(1800, 1)]),
    ]

    @Test(arguments: cases)
    func everythingComesWhenItIsDue(_ test: Case) async throws {
        let yaml = """
            scenario: t
            clock: manual
            reply: {text: "one two three four"}
            rules: [{name: slow, latency: \(test.latency)}]
            """
        let journal = try await LiveServer.run(yaml) { live in
            let client = try live.client()
            try client.send(Request.chat(stream: test.stream))
            try await Self.decided(1, by: live)
            var text = ""
            var now = 0
            for (at, events) in test.due {
                if at > now {
                    _ = await live.server.advance(by: .microseconds(at - now - 1))
                    let early = client.read(seconds: 0.02) { !$0.isEmpty }.text
                    #expect(early == "", "before \(at) us")
                    _ = await live.server.advance(by: .microseconds(1))
                    now = at
                }
                let before = text
                text += client.read { Self.events(before + $0) >= events }.text
                #expect(Self.events(text) == events, "at \(at) us")
            }
            #expect(Request.isWhole(text))
        }
        #expect(journal[0].firstByte == test.due.first.map { Int64($0.at) })
        #expect(journal[0].lastByte == test.due.last.map { Int64($0.at) })
        #expect(journal[0].plannedLastByte == journal[0].lastByte)
    }

    /// Events of a stream; of a plain answer, 1 when it is whole.
    private static func events(_ text: String) -> Int {
        if text.contains("chunked") {
            let events = text.components(separatedBy: "data: ").count - 1
            // The last one is there with the last chunk.
            return events == 7 && !Request.isWhole(text) ? 6 : events
        }
        return Request.isWhole(text) ? 1 : 0
    }

    private static func decided(_ count: Int, by live: LiveServer) async throws {
        try await waitUntil { live.core.engine.requestsInFlight == count }
    }

    @Test func eachOtherAnswerInProgressAddsItsTime() async throws {
        let yaml = """
            scenario: t
            clock: manual
            reply: {text: "one two"}
            rules:
              - {name: held, when: {stream: true}, latency: {between-tokens: 10s}}
              - {name: loaded, latency: {per-request-in-flight: 15ms}}
            """
        let journal = try await LiveServer.run(yaml) { live in
            let held = try (0..<3).map { _ in try live.client() }
            for (index, client) in held.enumerated() {
                try client.send(Request.chat("held \(index)", stream: true))
                _ = client.read { $0.contains("one") }
            }
            func ask(_ text: String, after microseconds: Int) async throws {
                let client = try live.client()
                try client.send(Request.chat(text))
                guard microseconds > 0 else {
                    #expect(Request.isWhole(client.read(until: Request.isWhole).text))
                    return
                }
                let count = 1 + microseconds / 15_000
                try await Self.decided(count, by: live)
                _ = await live.server.advance(by: .microseconds(microseconds - 1))
                #expect(client.read(seconds: 0.02) { !$0.isEmpty }.text == "")
                _ = await live.server.advance(by: .microseconds(1))
                #expect(Request.isWhole(client.read(until: Request.isWhole).text))
            }
            try await ask("three others", after: 45_000)
            // One leaves, and one gets its answer whole.
            held[0].reset()
            try await Self.decided(2, by: live)
            try await ask("two others", after: 30_000)
            _ = await live.server.advance(by: .seconds(10))
            for client in held[1...] { _ = client.read(until: { $0.hasSuffix("0\r\n\r\n") }) }
            try await ask("alone", after: 0)
            try await Self.decided(0, by: live)
        }
        let loaded = journal.filter { $0.rule == "loaded" }.compactMap(\.plannedFirstByte).sorted()
        #expect(loaded == [0, 30_000, 45_000])
    }

    /// Whatever the ending, the answer no longer counts.
    @Test(arguments: [
        "fault: no-answer", "fault: reset", "fault: {cut: fin, at: event 2}",
        "fault: {cut: reset, at: event 2}", "fault: {cut: clean, at: event 2}",
        "fault: overloaded", "fault: {cause: overloaded, at: event 2}", "latency: 0s",
    ])
    func noEndingLeavesARequestInFlight(_ effect: String) async throws {
        let yaml = "scenario: t\nrules: [{name: r, \(effect)}]"
        try await LiveServer.run(yaml) { live in
            for stream in [true, false] {
                let client = try live.client()
                try client.send(Request.chat(stream: stream))
                _ = client.read(until: Request.isWhole)
            }
            try await Self.decided(0, by: live)
        }
    }
}
