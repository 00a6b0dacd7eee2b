import BrownoutEngine
import BrownoutJournal
import BrownoutRecords
import BrownoutServer
import BrownoutTesting
import Foundation
import Testing

/// What becomes of connections behind an answer, and of the port.
@Suite(.serialized) struct ConnectionFaultTests {
    private func scenario(_ fault: String, clock: String = "real") -> String {
        "scenario: x\nclock: \(clock)\nrules: [{name: a, calls: 1, fault: \(fault)}]"
    }

    @Test func finComesRightBehindAnAnswerThatPromisedToStay() async throws {
        let journal = try await LiveServer.run(scenario("fin-after-answer")) { live in
            let client = try live.client()
            try client.send(Request.chat())
            let seen = client.read()
            #expect(Request.isWhole(seen.text))
            #expect(!seen.text.contains("connection: close"))
            #expect(seen.end == .fin)
        }
        #expect(journal[0].ending == .complete)
    }

    @Test func finComesWhileTheConnectionIsIdle() async throws {
        let fault = "{connection: fin-while-idle, after: 5s}"
        try await LiveServer.run(scenario(fault, clock: "manual")) { live in
            let client = try live.client()
            try client.send(Request.chat())
            #expect(Request.isWhole(client.read(until: Request.isWhole).text))
            _ = await live.server.advance(by: .milliseconds(4999))
            #expect(client.read(seconds: 0.1).end == .timeout)
            _ = await live.server.advance(by: .milliseconds(1))
            #expect(client.read(seconds: 2).end == .fin)
        }
    }

    @Test func aRequestBeforeTheIdleTimeIsOverIsServed() async throws {
        let fault = "{connection: fin-while-idle, after: 5s}"
        try await LiveServer.run(scenario(fault, clock: "manual")) { live in
            let client = try live.client()
            for text in ["a", "b"] {
                try client.send(Request.chat(text))
                #expect(Request.isWhole(client.read(until: Request.isWhole).text))
                _ = await live.server.advance(by: .seconds(4))
            }
            _ = await live.server.advance(by: .seconds(60))
            #expect(client.read(seconds: 0.1).end == .timeout)
        }
    }

    @Test func theNextRequestOfAConnectionIsReset() async throws {
        let journal = try await LiveServer.run(scenario("reset-next-request")) { live in
            let client = try live.client()
            try client.send(Request.chat("a"))
            #expect(Request.isWhole(client.read(until: Request.isWhole).text))
            try client.send(Request.chat("b"))
            let seen = client.read()
            #expect(seen.text.isEmpty)
            #expect(seen.end == .reset)
            // Another connection is as good as ever.
            #expect(Request.status(try live.exchange(Request.chat("b")).text) == 200)
        }
        #expect(
            journal.compactMap(\.ending?.rawValue).sorted() == ["complete", "complete", "reset"])
        #expect(journal.filter { $0.faults == [.connection(.resetNextRequest)] }.count == 2)
    }

    @Test(arguments: ["half-open", "{cut: half-open, at: event 3}"])
    func aHalfOpenPeerAcknowledgesNothing(fault: String) async throws {
        let journal = try await LiveServer.run(scenario(fault)) { live in
            let client = try live.client()
            try client.send(Request.chat(stream: true))
            let seen = client.read(seconds: 0.3)
            #expect(seen.end == .timeout)
            #expect(
                seen.text.components(separatedBy: "data: ").count - 1
                    == (fault == "half-open" ? 0 : 3))
            #expect(client.unacknowledged == 0)
            try client.send("hello?")
            _ = client.read(seconds: 0.3)
            #expect(client.unacknowledged == 6)
        }
        #expect(journal[0].ending == .halfOpen)
        #expect(journal[0].bytesAcknowledged == journal[0].bytesSent)
    }

    /// A peer that hangs is alive: it acknowledges.
    @Test func aHangingPeerAcknowledges() async throws {
        try await LiveServer.run(scenario("{hang: forever}")) { live in
            let client = try live.client()
            try client.send(Request.chat(stream: true))
            _ = client.read(seconds: 0.2)
            try client.send("hello?")
            _ = client.read(seconds: 0.3)
            #expect(client.unacknowledged == 0)
        }
    }

    @Test func thePortIsClosedForAWhileAndOpensAgain() async throws {
        let yaml =
            "scenario: x\nclock: manual\nrules: [{name: a, attempts: 1, fault: {refuse: 5s}}]"
        let journal = try await LiveServer.run(yaml) { live in
            let seen = try live.exchange(Request.chat())
            #expect(seen.text.isEmpty && seen.end == .reset)
            await #expect(throws: RawClient.Failed.self) {
                try await waitUntil {
                    _ = try live.client()
                    return false
                }
            }
            _ = await live.server.advance(by: .milliseconds(4999))
            #expect(throws: RawClient.Failed.self) { _ = try live.client() }
            _ = await live.server.advance(by: .milliseconds(1))
            try await waitUntil { (try? live.client()) != nil }
            let again = try live.exchange(Request.chat())
            #expect(Request.status(again.text) == 200)
        }
        #expect(journal.compactMap(\.ending?.rawValue).sorted() == ["complete", "reset"])
    }

    @Test func anIdleConnectionEndsWhenThePortIsClosed() async throws {
        let yaml = "scenario: x\nrules: [{name: a, calls: 2, fault: {refuse: 200ms}}]"
        try await LiveServer.run(yaml) { live in
            let idle = try live.client()
            try idle.send(Request.chat("one"))
            #expect(Request.isWhole(idle.read(until: Request.isWhole).text))
            let seen = try live.exchange(Request.chat("two"))
            #expect(seen.end == .reset)
            #expect(idle.read(seconds: 1).end == .fin)
            try await waitUntil { (try? live.client()) != nil }
        }
    }
}
