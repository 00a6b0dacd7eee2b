import BrownoutEngine
import BrownoutJournal
import BrownoutRecords
import BrownoutServer
import BrownoutTesting
import Testing

/// Clients that leave before their request is whole.
@Suite struct UnfinishedRequestTests {
    private static let head =
        "POST /s/mine/openai/v1/chat/completions HTTP/1.1\r\nhost: x\r\n"
        + "authorization: Bearer k\r\nuser-agent: curl\r\n"

    enum End: CaseIterable, Sendable {
        case fin
        case reset
    }

    /// What one client's leaving is journalled as, once the server knows of it.
    private func left(
        _ bytes: [UInt8], _ end: End, http2: Bool = false
    ) async throws -> ExchangeRecord {
        let journal = try await LiveServer.run(http2: http2) { server in
            let client = try server.client()
            try client.send(bytes)
            // What was sent has been read once the server has answered another client.
            _ = client.receive(seconds: 0.2)
            if end == .fin { client.close() } else { client.reset() }
            for _ in 0..<500 where server.journal.counters.written == 0 {
                _ = server.journal.flush()
                try await Task.sleep(for: .milliseconds(10))
            }
        }
        return try #require(journal.first)
    }

    private func check(_ row: ExchangeRecord) {
        #expect(row.ending == .clientLeft)
        #expect(row.clientLeft != nil)
        #expect(row.status == nil)
        #expect(row.bytesSent == 0)
        #expect(row.method == "POST")
        #expect(row.endpoint == "chat-completions")
    }

    @Test(arguments: End.allCases)
    func aBodyThatBreaksOffIsThatOfAClientThatLeft(_ end: End) async throws {
        let row = try await left(
            Array((UnfinishedRequestTests.head + "content-length: 5000\r\n\r\n{\"model\":").utf8),
            end)
        check(row)
        #expect(row.path == "/s/mine/openai/v1/chat/completions")
        #expect(row.session == "mine")
        #expect(row.provider == "openai")
        #expect(row.userAgent == "curl")
        #expect(row.requestBodyBytes == 9)
        #expect(
            row.note == "the client left before its request was whole, after 9 of 5000 bytes of "
                + "its body")
    }

    @Test func aChunkThatBreaksOffIsThatOfAClientThatLeft() async throws {
        let row = try await left(
            Array(
                (UnfinishedRequestTests.head + "transfer-encoding: chunked\r\n\r\n5\r\n{\"mo").utf8),
            .fin)
        check(row)
        #expect(row.note?.contains("after 4 bytes of its body") == true)
    }

    @Test func aHeadThatBreaksOffIsThatOfAClientThatLeft() async throws {
        let row = try await left(Array(UnfinishedRequestTests.head.prefix(40).utf8), .fin)
        #expect(row.ending == .clientLeft)
        #expect(row.status == nil)
        #expect(row.bytesSent == 0)
        #expect(row.note == "the client left amid the head of its request: it broke off")
    }

    /// HEADERS of a POST, DATA that does not end the stream, and perhaps RST_STREAM.
    private static func frames(reset: Bool) -> [UInt8] {
        let path = Array("/v1/chat/completions".utf8)
        let block: [UInt8] = [0x83, 0x86, 0x04, UInt8(path.count)] + path
        var bytes = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
        bytes += [0, 0, 0, 4, 0, 0, 0, 0, 0]
        bytes += [0, 0, UInt8(block.count), 1, 4, 0, 0, 0, 1]
        bytes += block
        bytes += [0, 0, 4, 0, 0, 0, 0, 0, 1]
        bytes += Array("{\"mo".utf8)
        if reset { bytes += [0, 0, 4, 3, 0, 0, 0, 0, 1, 0, 0, 0, 8] }
        return bytes
    }

    /// HEADERS without END_HEADERS, after which CONTINUATION would come, or not even all of it.
    private static func brokenHead(cut: Int) -> [UInt8] {
        var bytes = frames(reset: false)
        let flags = 24 + 9 + 4
        bytes[flags] = 0
        return Array(bytes.dropLast(13 + cut))
    }

    @Test(arguments: [0, 5])
    func aHeadOfHTTP2ThatBreaksOffIsTheSameAsOneOfHTTP1(_ cut: Int) async throws {
        for end in End.allCases {
            let row = try await left(
                UnfinishedRequestTests.brokenHead(cut: cut), end, http2: true)
            #expect(row.ending == .clientLeft)
            #expect(row.status == nil)
            #expect(row.bytesSent == 0)
            #expect(row.note == "the client left amid the head of its request: it broke off")
        }
    }

    /// The first bytes of a connection may be those of either protocol.
    @Test(arguments: ["PO", "PRI * HTTP/2.0\r\n"])
    func aHeadThatCouldBeOfEitherProtocolIsTheSame(_ text: String) async throws {
        let row = try await left(Array(text.utf8), .reset, http2: true)
        #expect(row.ending == .clientLeft)
        #expect(row.note == "the client left amid the head of its request: it broke off")
    }

    @Test(arguments: [(false, End.fin), (false, .reset), (true, .fin)])
    func overHTTP2ItIsTheSame(_ resetsStream: Bool, _ end: End) async throws {
        let row = try await left(
            UnfinishedRequestTests.frames(reset: resetsStream), end, http2: true)
        check(row)
        #expect(row.path == "/v1/chat/completions")
        #expect(row.note?.contains("after 4 bytes of its body") == true)
    }
}
