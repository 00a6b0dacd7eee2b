import BrownoutEngine
import BrownoutJournal
import BrownoutRecords
import BrownoutServer
import BrownoutTesting
import Testing

/// A client that gives up has met a fault, or it has not: the journal and the counters say which.
@Suite(.serialized) struct LeavingTests {
    private func leave(
        _ rule: String, stream: Bool = false, after seconds: Int, top: String = ""
    ) async throws -> (row: ExchangeRecord, missed: Int) {
        var missed = 0
        let yaml = "scenario: x\nclock: manual\n\(top)\nrules: [{name: a, \(rule)}]"
        let journal = try await LiveServer.run(yaml) { live in
            let client = try live.client()
            try client.send(Request.chat(stream: stream))
            try await waitUntil { live.core.counters.snapshot[3].value == 1 }
            _ = await live.server.advance(by: .seconds(seconds))
            _ = client.receive(seconds: 0.1)
            client.reset()
            try await waitUntil { live.core.counters.snapshot[4].value == 1 }
            missed = live.core.counters.snapshot[5].value
        }
        return (journal[0], missed)
    }

    @Test(arguments: [
        "rate-limited", "page-502", "empty-choices", "{raw: {status: 418}}", "length", "refusal",
        "{cut: reset, at: start}", "no-usage", "length-too-long", "partial-headers",
        "bad-chunk-size", "gzip-lie", "{stall: 1s, at: headers}", "{hang: forever, at: headers}",
    ])
    func whatWasNeverSentWasNotInjected(fault: String) async throws {
        let left = try await leave("latency: 3s, fault: \(fault)", after: 1)
        #expect(left.row.bytesSent == 0 && left.row.status == nil)
        #expect(left.row.ending == .clientLeft)
        #expect(left.row.injected == false)
        #expect(left.missed == 1)
    }

    @Test(arguments: [
        ("fault: {slow-headers: 20B/s}", false), ("fault: {slow-headers: 1B/min}", false),
        ("fault: held-back", true), ("fault: grouped-events", true),
        ("fault: [length-too-short, {cut: stall, at: 50%}]", true),
        ("fault: {dribble: 1B/min, at: headers}", true),
        ("fault: {hang: forever, at: start}", true),
        ("fault: {stall: 1h, at: event 1}", true), ("latency: 1h", false),
        ("fault: [comments, {stall: 1h, at: event 3}, {cut: fin, at: event 9}]", true),
    ])
    func whatWasFeltWasInjected(rule: String, stream: Bool) async throws {
        let left = try await leave(
            rule, stream: stream, after: 1, top: stream ? "pace: {between-tokens: 2s}" : "")
        #expect(left.row.ending == .clientLeft)
        #expect(left.row.injected == true)
        #expect(left.missed == 0)
    }

    /// The client has read the changed events or it has not.
    @Test(arguments: [(2, false), (40, true)])
    func aChangeInTheMiddleIsMetThere(seconds: Int, isInjected: Bool) async throws {
        let left = try await leave(
            "fault: {mangle: drop, at: event 5}", stream: true, after: seconds,
            top: "pace: {between-tokens: 2s}\nreply: {text: \"\(FaultRun.words) thirteen\"}")
        #expect(left.row.injected == isInjected)
    }

    @Test func aWaitThatARuleAsksForCountsAsAFault() async throws {
        let yaml = "scenario: x\nclock: manual\nrules: [{name: slow, calls: 1, latency: 2s}]"
        var counts: [String: Int] = [:]
        let journal = try await LiveServer.run(yaml) { live in
            for wait in [2, 0] {
                let client = try live.client()
                let begun = live.core.counters.snapshot[3].value
                try client.send(Request.chat())
                try await waitUntil { live.core.counters.snapshot[3].value == begun + 1 }
                _ = await live.server.advance(by: .seconds(wait))
                #expect(Request.isWhole(client.read(until: Request.isWhole).text))
            }
            counts = Dictionary(
                uniqueKeysWithValues: live.core.counters.snapshot.map { ($0.name, $0.value) })
        }
        let rows = journal.sorted { $0.ordinal < $1.ordinal }
        #expect(rows.map(\.faults) == [[.latency], []])
        #expect(rows.map(\.injected) == [true, nil])
        #expect(rows.map(\.category) == [.timeout, nil])
        #expect(rows.map(\.retryable) == [true, nil])
        #expect(counts["faults"] == 1 && counts["faults_not_reached"] == 0)
    }

    /// FIN behind an answer that said that it closes is nobody's fault.
    @Test(arguments: [("", true), ("Connection: close\r\n", false)])
    func anEndThatWasToComeIsNoFault(headers: String, isInjected: Bool) async throws {
        for fault in ["fin-after-answer", "{cut: fin, at: 100%}"] {
            let run = try await FaultRun.of(fault, request: Request.chat(headers: headers))
            #expect(run.journal[0].injected == isInjected, "\(fault)")
        }
    }
}
