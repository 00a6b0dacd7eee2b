import BrownoutEngine
import BrownoutJournal
import BrownoutRecords
import BrownoutServer
import BrownoutTesting
import Testing

/// Bodies that take long to read.
@Suite(.serialized) struct LargeBodyTests {
    /// Many values, each of which costs more than its bytes.
    private static func body(_ count: Int) -> String {
        let values = String(repeating: "[{}],", count: count)
        return #"{"model":"gpt-4o-mini","x":[\#(values)0],"messages":"#
            + #"[{"role":"user","content":"hi"}]}"#
    }

    /// One loop for all connections.
    @Test func othersAreAnsweredWhileALargeBodyIsRead() async throws {
        let journal = try await LiveServer.run(threads: 1) { server in
            let large = try server.client()
            let small = try server.client()
            try large.send(Request.post("/v1/chat/completions", Self.body(1_000_000)))
            var answered = 0
            var came = large.receive(seconds: 0.001)
            while came.bytes.isEmpty, came.end == .timeout {
                try small.send(Request.chat())
                let answer = small.read(until: Request.isWhole)
                #expect(Request.status(answer.text) == 200)
                answered += 1
                came = large.receive(seconds: 0.001)
            }
            #expect(answered > 5)
            let text = String(decoding: came.bytes, as: UTF8.self)
            #expect(Request.status(text) == 400 && text.contains("Unrecognized request argument"))
        }
        #expect(journal.contains { $0.requestBodyBytes > 1_000_000 && $0.status == 400 })
    }

    @Test func aClientThatLeavesWhileItsBodyIsReadIsJournalled() async throws {
        let journal = try await LiveServer.run(threads: 1) { server in
            let client = try server.client()
            try client.send(Request.post("/v1/chat/completions", Self.body(1_000_000)))
            // In these turns of the loop it takes the rest of the body, and begins to read it, which
            // takes several times as long as they do.
            for _ in 1...24 { _ = try server.exchange(Request.chat()) }
            client.reset()
            try await waitUntil { server.journal.counters.written == 25 }
            #expect(server.core.engine.requestsInFlight == 0)
        }
        #expect(journal.filter { $0.ending == .clientLeft }.count == 1)
    }
}
