import BrownoutEngine
import BrownoutJournal
import BrownoutRecords
import BrownoutServer
import BrownoutTesting
import Foundation
import Testing

/// Answers that come slowly, by a clock that is moved by hand.
@Suite(.serialized) struct TrickleTests {
    private func scenario(_ fault: String) -> String {
        """
        scenario: x
        clock: manual
        reply: {text: "\(FaultRun.words)"}
        rules: [{name: a, fault: \(fault)}]
        """
    }

    /// 20 bytes a second are one byte in 50 ms.
    @Test func theHeadTrickles() async throws {
        let journal = try await LiveServer.run(scenario("{slow-headers: 20B/s}")) { live in
            let client = try live.client()
            try client.send(Request.chat())
            try await waitUntil { live.core.counters.snapshot[3].value == 1 }
            _ = await live.server.advance(by: .seconds(1))
            #expect(client.read(seconds: 0.1).text.utf8.count == 20)
            _ = await live.server.advance(by: .milliseconds(500))
            #expect(client.read(seconds: 0.1).text.utf8.count == 10)
            _ = await live.server.advance(by: .seconds(600))
            let rest = client.read(seconds: 0.2)
            #expect(rest.text.contains("\r\n\r\n{"))
        }
        #expect(journal[0].ending == .complete)
        #expect(journal[0].plannedFirstByte == 50_000)
    }

    @Test(arguments: [true, false])
    func theBodyTricklesFromAPositionOn(stream: Bool) async throws {
        let fault = stream ? "{dribble: 1KiB/s, at: event 3}" : "{dribble: 20B/s, at: byte 100}"
        try await LiveServer.run(scenario(fault)) { live in
            let client = try live.client()
            try client.send(Request.chat(stream: stream))
            func body(_ text: String) -> Int {
                stream
                    ? Chunks.payload(of: Request.body(text)).utf8.count
                    : Request.body(text).utf8.count
            }
            let start = client.read(seconds: 0.1).text
            if stream {
                #expect(start.components(separatedBy: "data: ").count - 1 == 3)
            } else {
                #expect(body(start) == 100)
            }
            _ = await live.server.advance(by: .milliseconds(500))
            let then = start + client.read(seconds: 0.1).text
            // Half a second's bytes, but for the piece that is under way.
            let (rate, piece) = stream ? (1024, 51) : (20, 1)
            let came = body(then) - body(start)
            #expect(came <= rate / 2 && came > rate / 2 - piece)
            _ = await live.server.advance(by: .seconds(3600))
            let all = then + client.read(seconds: 0.2).text
            #expect(Request.isWhole(all))
        }
    }
}
