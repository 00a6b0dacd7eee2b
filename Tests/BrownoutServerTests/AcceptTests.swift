import BrownoutEngine
import BrownoutJournal
import BrownoutRecords
import BrownoutServer
import BrownoutTesting
import Testing

/// Connections that end when they are accepted, before a byte of them is read.
@Suite(.serialized) struct AcceptTests {
    private func scenario(_ rule: String) -> String {
        "scenario: accept\nrules:\n  - {name: down, \(rule)}\n"
    }

    /// What a client that says nothing sees; a reset may come before it is connected.
    private func silent(_ live: LiveServer) -> ConnectionEnd? {
        do {
            let seen = try live.client().read(seconds: 0.3)
            #expect(seen.text == "")
            return seen.end
        } catch {
            return .reset
        }
    }

    @Test(arguments: [("accept-fin", ConnectionEnd.fin), ("accept-reset", .reset)])
    func aConnectionEndsAsItsFaultSays(fault: String, end: ConnectionEnd) async throws {
        let journal = try await LiveServer.run(scenario("fault: \(fault), calls: 2-3")) { live in
            let ends = (0..<4).map { _ in silent(live) }
            #expect(ends == [.timeout, end, end, .timeout])
        }
        #expect(journal.map(\.faultName) == [fault, fault])
        #expect(Set(journal.map(\.ordinal)) == [2, 3])
        #expect(journal.allSatisfy { $0.injected == true && $0.rule == "down" })
        #expect(journal.allSatisfy { $0.ending == (end == .fin ? .fin : .reset) })
        #expect(Set(journal.map(\.id)).count == 2)
    }

    @Test func aFINIsOneWhateverTheClientSends() async throws {
        try await LiveServer.run(scenario("fault: accept-fin")) { live in
            let client = try live.client()
            try client.send(Request.chat())
            #expect(client.read().end == .fin)
        }
    }

    @Test func connectionsAreDecidedInTheOrderInWhichTheyAreAccepted() async throws {
        let yaml = scenario("fault: accept-fin, every: 2")
        let journal = try await LiveServer.run(yaml, threads: 4) { live in
            let clients = try (0..<40).map { _ in try live.client() }
            for (index, client) in clients.enumerated() {
                let end = client.read(seconds: index.isMultiple(of: 2) ? 0.01 : 5).end
                #expect(end == (index.isMultiple(of: 2) ? .timeout : .fin))
            }
        }
        #expect(journal.map(\.ordinal).sorted() == Array(stride(from: 2, through: 40, by: 2)))
    }

    @Test func whatBrokeIsCounted() async throws {
        try await LiveServer.run(scenario("fault: accept-reset")) { live in
            for _ in 0..<3 { #expect(silent(live) == .reset) }
            let metrics = try #require(await live.server.metrics())
            let count = metrics.connectionFaults[.connection(.acceptReset)]
            #expect(count == DataMetrics.FaultCount(missed: 0, reached: 3))
            #expect(metrics.requests.isEmpty)
        }
    }

    @Test func whoListensHearsOfIt() async throws {
        try await LiveServer.run(scenario("fault: accept-fin")) { live in
            let listener = try #require(live.core.events.subscribe(session: nil))
            #expect(silent(live) == .fin)
            let events = listener.take().events
            guard case .exchange(let record)? = events.first?.event else {
                Issue.record("not heard: \(events)")
                return
            }
            #expect(record.faults == [.connection(.acceptFIN)])
        }
    }
}
