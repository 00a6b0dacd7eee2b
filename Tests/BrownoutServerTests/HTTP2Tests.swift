import BrownoutEngine
import BrownoutJournal
import BrownoutRecords
import BrownoutServer
import BrownoutTesting
import Foundation
import Testing

/// What holds for a connection of HTTP/2 by the server's limits, with frames written by hand.
@Suite(.serialized) struct HTTP2Tests {
    static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
    static let settings: [UInt8] = [0, 0, 0, 4, 0, 0, 0, 0, 0]
    /// GOAWAY, no error, behind no stream (RFC 9113, 6.8).
    private static let goAway: [UInt8] = [0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]

    /// HEADERS of a POST (RFC 7541, 6.1: entries 3 and 6 of the static table; 6.2.2: 4 with a
    /// value of its own), which a body is to follow.
    static func post(_ path: String, stream: UInt8, key: String = "") -> [UInt8] {
        var block = [0x83, 0x86, 0x04, UInt8(path.utf8.count)] + Array(path.utf8)
        // Entry 23 is `authorization`.
        if !key.isEmpty { block += [0x0F, 0x08, UInt8(key.utf8.count)] + Array(key.utf8) }
        return [0, 0, UInt8(block.count), 1, 4, 0, 0, 0, stream] + block
    }

    /// The frames in some bytes, of streams with small numbers.
    static func frames(
        _ bytes: [UInt8]
    ) -> [(type: UInt8, stream: UInt8, payload: [UInt8])] {
        var frames: [(type: UInt8, stream: UInt8, payload: [UInt8])] = []
        var rest = bytes[...]
        while rest.count >= 9 {
            let head = Array(rest.prefix(9))
            let size = Int(head[0]) << 16 | Int(head[1]) << 8 | Int(head[2])
            frames.append((head[3], head[8], Array(rest.dropFirst(9).prefix(size))))
            rest = rest.dropFirst(9 + size)
        }
        return frames
    }

    private static func types(_ bytes: [UInt8]) -> [UInt8] { frames(bytes).map(\.type) }

    private func run(
        limits: (inout ServerLimits) -> Void, _ body: (RawClient) throws -> Void
    ) async throws -> [ExchangeRecord] {
        try await LiveServer.run(limits: limits, http2: true) { server in
            let client = try server.client()
            try client.send(HTTP2Tests.preface + HTTP2Tests.settings)
            try body(client)
        }
    }

    @Test func anIdleConnectionEndsWithGoAwayAndFIN() async throws {
        let journal = try await run(limits: { $0.idleTime = .milliseconds(100) }) { client in
            let (bytes, end) = client.receive(seconds: 5)
            #expect(end == .fin)
            #expect(Array(bytes.suffix(17)) == HTTP2Tests.goAway)
        }
        #expect(journal.isEmpty)
    }

    @Test func aBodyThatIsTooSlowIsRefusedOnItsStream() async throws {
        let journal = try await run(limits: { $0.bodyTime = .milliseconds(100) }) { client in
            try client.send(HTTP2Tests.post("/v1/chat/completions", stream: 1))
            let (bytes, _) = client.receive(seconds: 1)
            // SETTINGS, its acknowledgement, and then HEADERS, DATA and RST_STREAM.
            #expect(HTTP2Tests.types(bytes) == [4, 4, 1, 0, 3])
        }
        #expect(journal.map(\.status) == [408])
        #expect(journal.map(\.ending) == [.limit])
    }

    @Test func aPrefaceThatIsTooSlowIsAHeadThatIs() async throws {
        let journal = try await LiveServer.run(
            limits: { $0.headTime = .milliseconds(100) }, http2: true
        ) { server in
            let client = try server.client()
            try client.send("PRI * HT")
            #expect(client.read(seconds: 5).text.hasPrefix("HTTP/1.1 408 "))
        }
        #expect(journal.map(\.status) == [408])
    }

    @Test func aConnectionThatIsOneTooManyIsClosed() async throws {
        try await LiveServer.run(limits: { $0.connections = 1 }, http2: true) { server in
            let first = try server.client()
            try first.send(HTTP2Tests.preface + HTTP2Tests.settings)
            #expect(HTTP2Tests.types(first.receive(seconds: 0.3).bytes) == [4, 4])
            let second = try server.client()
            let end = second.receive(seconds: 5).end
            #expect(end == .fin || end == .reset)
            let counts = server.core.counters.snapshot
            #expect(counts.first { $0.name == "accepted_connections" }?.value == 2)
            #expect(counts.first { $0.name == "refused_connections" }?.value == 1)
        }
    }
}
