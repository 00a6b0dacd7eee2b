import BrownoutEngine
import BrownoutJournal
import BrownoutRecords
import BrownoutServer
import BrownoutTesting
import Foundation
import Testing

/// A whole stream is written in another way; what it says stays.
@Suite(.serialized) struct ShapeTests {
    private func events(_ run: FaultRun) -> String { Chunks.payload(of: run.body) }

    @Test(arguments: [Request.chat(stream: true), Request.message(stream: true)])
    func everyEventHasACommentBefore(request: String) async throws {
        let run = try await FaultRun.of("comments", request: request)
        #expect(events(run) == run.healthyEvents.map { ": keep-alive\n\n" + $0 }.joined())
    }

    @Test(arguments: [Request.chat(stream: true), Request.message(stream: true)])
    func everyEventHasAnID(request: String) async throws {
        let run = try await FaultRun.of("event-ids", request: request)
        let expected = run.healthyEvents.enumerated().map { "id: \($0.offset + 1)\n" + $0.element }
        #expect(events(run) == expected.joined())
    }

    @Test(arguments: [Request.chat(stream: true), Request.message(stream: true)])
    func dataHasNoSpaceBehindItsColon(request: String) async throws {
        let run = try await FaultRun.of("no-space", request: request)
        let expected = run.healthyEvents.map { event in
            event.replacingOccurrences(
                of: "(^|\n)data: ", with: "$1data:", options: .regularExpression)
        }
        #expect(events(run) == expected.joined())
    }

    @Test func aByteOrderMarkComesFirst() async throws {
        let run = try await FaultRun.of("bom")
        #expect(events(run) == "\u{FEFF}" + run.healthyEvents.joined())
    }

    @Test(arguments: [("crlf", "\r\n"), ("cr", "\r")])
    func linesEndOtherwise(shape: String, end: String) async throws {
        let run = try await FaultRun.of("\(shape)", request: Request.message(stream: true))
        let expected = run.healthyEvents.joined().replacingOccurrences(of: "\n", with: end)
        #expect(Array(events(run).utf8) == Array(expected.utf8))
    }

    @Test func theLastEventHasNoBlankLine() async throws {
        let run = try await FaultRun.of("no-final-blank-line")
        #expect(events(run) + "\n" == run.healthyEvents.joined())
    }

    @Test func everyByteIsAChunk() async throws {
        let run = try await FaultRun.of("one-byte-chunks")
        let expected = run.healthyEvents.joined().map { "1\r\n\($0)\r\n" }.joined() + "0\r\n\r\n"
        #expect(run.body == expected)
        #expect(run.journal[0].responseBodyBytes == run.healthyEvents.joined().utf8.count)
    }

    @Test func everyEventComesInSeveralSegments() async throws {
        let segments = try await segments("split-events")
        // Fifteen events in four pieces each, and the head.
        #expect(segments.faulty >= 15 * 4)
        #expect(segments.healthy < 15)
        #expect(segments.text == segments.expected)
    }

    @Test func severalEventsComeInOneSegment() async throws {
        let yaml = "clock: manual\npace: {first-token: 20ms, between-tokens: 20ms}\n"
        let segments = try await segments("grouped-events", top: yaml)
        // Fifteen events, four in each; the head and the last chunk.
        #expect((4...6).contains(segments.faulty))
        #expect(segments.healthy >= 13)
        #expect(segments.text == segments.expected)
    }

    private func segments(
        _ shape: String, top: String = ""
    ) async throws -> (faulty: Int, healthy: Int, text: String, expected: String) {
        var counts: [Int] = []
        var texts: [String] = []
        for rules in ["rules: [{name: a, fault: \(shape)}]", ""] {
            let yaml = "scenario: x\nreply: {text: \"\(FaultRun.words)\"}\n\(top)\(rules)"
            try await LiveServer.run(yaml) { live in
                let client = try live.client()
                try client.send(Request.chat(stream: true))
                if !top.isEmpty {
                    try await waitUntil { live.core.counters.snapshot[3].value == 1 }
                    for _ in 0..<20 { _ = await live.server.advance(by: .milliseconds(20)) }
                }
                let seen = client.read(until: Request.isWhole)
                counts.append(client.dataSegments)
                texts.append(Chunks.payload(of: Request.body(seen.text)))
            }
        }
        return (counts[0], counts[1], texts[0], texts[1])
    }

    @Test func allIsHeldBackAndComesAtOnce() async throws {
        let yaml = """
            scenario: x
            clock: manual
            pace: {first-token: 1s, between-tokens: 100ms}
            reply: {text: "\(FaultRun.words)"}
            rules: [{name: a, fault: held-back}]
            """
        let journal = try await LiveServer.run(yaml) { live in
            let client = try live.client()
            try client.send(Request.chat(stream: true))
            try await waitUntil { live.core.counters.snapshot[3].value == 1 }
            _ = await live.server.advance(by: .milliseconds(2099))
            let before = client.read(seconds: 0.1, until: Request.isWhole)
            #expect(before.text.isEmpty)
            _ = await live.server.advance(by: .milliseconds(1))
            #expect(Request.isWhole(client.read(until: Request.isWhole).text))
        }
        #expect(journal[0].firstByte == 2_100_000)
        #expect(journal[0].lastByte == 2_100_000)
    }

    @Test func aShapeComposesWithACut() async throws {
        let run = try await FaultRun.of("[comments, event-ids, {cut: reset, at: event 4}]")
        #expect(run.end == .reset)
        let expected = run.healthyEvents.prefix(4).enumerated().map {
            "id: \($0.offset + 1)\n: keep-alive\n\n" + $0.element
        }
        #expect(
            events(run) == expected.joined()
                || events(run)
                    == run.healthyEvents.prefix(4).enumerated()
                    .map { ": keep-alive\n\nid: \($0.offset + 1)\n" + $0.element }.joined()
        )
        #expect(run.journal[0].faultName == "comments + event-ids + cut")
    }
}
