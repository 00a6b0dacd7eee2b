import BrownoutJournal
import BrownoutRecords
import BrownoutServer
import BrownoutTesting
import Foundation
import Testing

/// Bodies that come compressed, over a socket.
@Suite(.serialized) struct EncodingTests {
    /// A `Content-Encoding`, and what does it.
    struct Way: Sendable, CustomTestStringConvertible {
        var field: String
        var encode: @Sendable ([UInt8]) -> [UInt8]

        var testDescription: String { field }
    }

    static let ways = [
        Way(field: "gzip") { Compressed.deflate($0, .gzip) },
        Way(field: "deflate") { Compressed.deflate($0, .zlib) },
        Way(field: "Deflate") { Compressed.deflate($0, .raw) },
        Way(field: "zstd") { Compressed.zstd($0) },
        Way(field: "X-GZIP") { Compressed.deflate($0, .gzip) },
        Way(field: "identity") { $0 },
        Way(field: "zstd, identity, gzip") { Compressed.deflate(Compressed.zstd($0), .gzip) },
    ]

    /// How a body is sent.
    enum Framing: CaseIterable, Sendable {
        case length
        case chunked
        /// Chunks of a single byte.
        case bytewise
    }

    static let body = #"{"model":"gpt-4o-mini","messages":[{"role":"user","content":"hi"}]}"#

    static func request(
        _ coded: [UInt8], _ field: String, framing: Framing = .length,
        path: String = "/v1/chat/completions", extra: String = ""
    ) -> [UInt8] {
        var head =
            "POST \(path) HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer sk\r\n"
            + "anthropic-version: 2023-06-01\r\nContent-Encoding: \(field)\r\n\(extra)"
        let size = framing == .bytewise ? 1 : 40
        if framing == .length {
            head += "Content-Length: \(coded.count)\r\n\r\n"
            return Array(head.utf8) + coded
        }
        var bytes = Array((head + "Transfer-Encoding: chunked\r\n\r\n").utf8)
        for start in stride(from: 0, to: coded.count, by: size) {
            let chunk = coded[start..<min(start + size, coded.count)]
            bytes += Array("\(String(chunk.count, radix: 16))\r\n".utf8) + chunk
            bytes += Array("\r\n".utf8)
        }
        return bytes + Array("0\r\n\r\n".utf8)
    }

    static func message(_ text: String) -> String {
        #"{"model":"claude-sonnet-4-5","max_tokens":9,"messages":"#
            + #"[{"role":"user","content":"\#(text)"}]}"#
    }

    private static func answer(
        _ server: LiveServer, _ request: [UInt8], seconds: Double = 20
    ) throws -> (text: String, end: ConnectionEnd?) {
        let client = try server.client()
        // The server may refuse before it has everything.
        try? client.send(request)
        return client.read(seconds: seconds, until: Request.isWhole)
    }

    /// The first body of the journal.
    private static func keptBody(_ server: LiveServer) async throws -> String? {
        try await waitUntil { server.journal.counters.written > 0 }
        let reader = try JournalReader(path: server.path)
        defer { reader.close() }
        return try reader.exchange(sequence: 1).map {
            String(decoding: $0.record.requestBody, as: UTF8.self)
        }
    }

    @Test(arguments: ways)
    func aCodedBodyIsReadLikeAPlainOne(_ way: Way) async throws {
        let journal = try await LiveServer.run { server in
            for framing in Framing.allCases {
                let request = Self.request(
                    way.encode(Array(Self.body.utf8)), way.field, framing: framing)
                let answer = try Self.answer(server, request)
                #expect(Request.status(answer.text) == 200, "\(framing)")
            }
            let kept = try await Self.keptBody(server)
            #expect(kept == Self.body)
        }
        #expect(journal.count == 3)
        for row in journal {
            #expect(row.model == "gpt-4o-mini")
            #expect(row.requestBodyBytes == Self.body.utf8.count)
        }
        // The same request, however it came, is another attempt of the same call.
        #expect(Set(journal.map(\.callKey)).count == 1)
    }

    @Test(arguments: [
        ("gzip", Array(body.utf8)), ("deflate", Array(body.utf8)), ("zstd", Array(body.utf8)),
        ("gzip", Array(Compressed.deflate(Array(body.utf8), .gzip).dropLast(4))),
        ("zstd", Array(Compressed.zstd(Array(body.utf8)).dropLast(1))),
        ("gzip, gzip", Compressed.deflate(Array(body.utf8), .gzip)),
    ])
    func whatIsNotInItsCodingIsABadRequest(_ field: String, _ coded: [UInt8]) async throws {
        let journal = try await LiveServer.run { server in
            let openAI = try Self.answer(server, Self.request(coded, field))
            #expect(Request.status(openAI.text) == 400)
            #expect(openAI.text.contains("We could not parse the JSON body of your request."))
            let anthropic = try Self.answer(
                server, Self.request(coded, field, path: "/v1/messages"))
            #expect(Request.status(anthropic.text) == 400)
            #expect(anthropic.text.contains(#""error_code":"request_body_encoding_invalid""#))
        }
        #expect(journal.allSatisfy { $0.note?.hasPrefix("the body is not valid ") == true })
    }

    @Test(arguments: ["br", "compress", "gzip, br", "gzip,gzip,gzip,gzip"])
    func aCodingThatNobodyKnowsIsRefused(_ field: String) async throws {
        try await LiveServer.run { server in
            let body = Array(Self.body.utf8)
            let openAI = try Self.answer(server, Self.request(body, field))
            #expect(Request.status(openAI.text) == 415)
            #expect(openAI.text.contains("Unsupported content encoding"))
            let anthropic = try Self.answer(
                server, Self.request(body, field, path: "/v1/messages"))
            #expect(Request.status(anthropic.text) == 400)
            #expect(anthropic.text.contains(#""error_code":"request_body_encoding_unsupported""#))
        }
    }

    @Test func aRefusedCodingLeavesTheConnectionInStep() async throws {
        try await LiveServer.run { server in
            let client = try server.client()
            for field in ["br", "gzip", "identity"] {
                try client.send(Self.request(Array(Self.body.utf8), field))
                let answer = client.read(until: Request.isWhole)
                #expect(answer.end == nil)
                #expect(Request.status(answer.text) == ["br": 415, "gzip": 400][field] ?? 200)
            }
        }
    }

    @Test(arguments: ways.filter { $0.field != "identity" })
    func aBombGetsTheProvidersOwn413(_ way: Way) async throws {
        let journal = try await LiveServer.run(limits: { $0.bodyBytes = 1 << 20 }) { server in
            let text = String(repeating: " ", count: 12 << 20)
            let bomb = way.encode(Array(text.utf8))
            #expect(bomb.count < 1 << 18)
            let openAI = try Self.answer(server, Self.request(bomb, way.field))
            #expect(Request.status(openAI.text) == 413)
            #expect(openAI.text.contains("Maximum content size limit (1048576) exceeded."))
            let anthropic = try Self.answer(
                server, Self.request(bomb, way.field, path: "/v1/messages"))
            #expect(Request.status(anthropic.text) == 413)
            #expect(anthropic.text.contains("request_body_too_large_after_decoding"))
        }
        #expect(journal.count == 2)
        for row in journal {
            #expect(row.note == "limit: a body of more than 1048576 bytes when decoded")
            #expect(row.requestBodyBytes <= 1 << 20)
        }
    }

    @Test(arguments: ways)
    func aLargeBodyWithinTheLimitIsTaken(_ way: Way) async throws {
        let words = String(repeating: "many words ", count: 20_000)
        let journal = try await LiveServer.run { server in
            let body = Array(Self.message(words).utf8)
            let request = Self.request(way.encode(body), way.field, path: "/v1/messages")
            let answer = try Self.answer(server, request)
            #expect(Request.status(answer.text) == 200)
            let kept = try await Self.keptBody(server)
            #expect(kept == String(decoding: body[..<4096], as: UTF8.self))
        }
        #expect(journal.first?.requestBodyBytes == Self.message(words).utf8.count)
    }

    /// Decoded bytes and the decoders' own memory count as held, whatever the ratio.
    @Test func bodiesInFlightCountAsTheyAreAfterDecoding() async throws {
        let journal = try await LiveServer.run(limits: { $0.bodyBytesInFlight = 4 << 20 }) {
            server in
            let bomb = Compressed.deflate([UInt8](repeating: 32, count: 8 << 20), .gzip)
            let answer = try Self.answer(server, Self.request(bomb, "gzip"))
            #expect(Request.status(answer.text) == 503)
            // What was held is given back.
            let body = Compressed.deflate(Array(Self.body.utf8), .gzip)
            let next = try Self.answer(server, Self.request(body, "gzip"))
            #expect(Request.status(next.text) == 200)
        }
        #expect(Set(journal.map(\.status)) == [200, 503])
    }

    /// While one connection's bomb is being decoded, others on its loop are answered: a turn
    /// takes a millisecond or so, however much comes out in the end.
    @Test func decodingLetsOthersGoOn() async throws {
        try await LiveServer.run(threads: 1, limits: { $0.decodingStep = 1024 }) { server in
            // Twelve thousand turns of the loop: more than a second.
            let slow = Compressed.deflate([UInt8](repeating: 32, count: 12 << 20), .gzip)
            let first = try server.client()
            try first.send(Self.request(slow, "gzip"))
            let second = try server.exchange(Request.chat())
            #expect(Request.status(second.text) == 200)
            // The first is still being decoded.
            let exchanges = server.core.counters.snapshot.first { $0.name == "exchanges" }
            #expect(exchanges?.value == 1)
            let answer = first.read(seconds: 60, until: Request.isWhole)
            #expect(Request.status(answer.text) == 400)
        }
    }

    @Test func requestsBehindACodedOneAreAnsweredInOrder() async throws {
        let journal = try await LiveServer.run(limits: { $0.decodingStep = 64 }) { server in
            let client = try server.client()
            let coded = Self.request(Compressed.deflate(Array(Self.body.utf8), .gzip), "gzip")
            let last = Self.request(
                Array(Self.body.utf8), "identity", extra: "Connection: close\r\n")
            try client.send(coded + coded + coded + last)
            let answers = client.read()
            #expect(answers.end == .fin)
            #expect(answers.text.components(separatedBy: "HTTP/1.1 200 OK").count == 5)
        }
        #expect(journal.count == 4)
    }
}
