import BrownoutEngine
import BrownoutJournal
import BrownoutRecords
import BrownoutServer
import BrownoutTesting
import Foundation
import Testing

/// Messages that are malformed, byte by byte.
@Suite(.serialized) struct FramingFaultTests {
    private static let plain = Request.chat()

    private func chunks(_ body: String) -> [String] {
        var chunks: [String] = []
        var rest = body[...]
        while let end = rest.range(of: "\r\n"), let size = Int(rest[..<end.lowerBound], radix: 16) {
            let count = rest[..<end.upperBound].utf8.count + size + 2
            let upper = rest.utf8.index(rest.startIndex, offsetBy: count)
            chunks.append(String(rest[..<upper]))
            rest = rest[upper...]
            if size == 0 { break }
        }
        return chunks
    }

    @Test func aChunkSizeIsNotHexadecimal() async throws {
        let run = try await FaultRun.of("{framing: bad-chunk-size, at: event 3}")
        var expected = chunks(run.healthyBody)
        expected[3] = "zz" + expected[3].drop { $0 != "\r\n" }
        #expect(run.body == expected.joined())
        #expect(run.journal[0].injected == true)
    }

    @Test func aChunkHasNoEnd() async throws {
        let run = try await FaultRun.of("{framing: no-chunk-end, at: event 3}")
        var expected = chunks(run.healthyBody)
        expected[3] = String(expected[3].dropLast())
        #expect(run.body == expected.joined())
        #expect(run.journal[0].injected == true)
    }

    /// A plain answer has no chunks of its own, so it gets one.
    @Test(arguments: ["bad-chunk-size", "no-chunk-end"])
    func aPlainAnswerComesInABadChunk(fault: String) async throws {
        let run = try await FaultRun.of(fault, request: Self.plain)
        #expect(run.field("transfer-encoding") == ["chunked"])
        #expect(run.field("content-length") == [])
        let size = String(run.healthyBody.utf8.count, radix: 16)
        #expect(
            run.body
                == (fault == "bad-chunk-size"
                    ? "zz\r\n\(run.healthyBody)\r\n0\r\n\r\n"
                    : "\(size)\r\n\(run.healthyBody)0\r\n\r\n"))
    }

    @Test func theLastChunkIsMissing() async throws {
        let run = try await FaultRun.of("no-last-chunk")
        #expect(run.body + "0\r\n\r\n" == run.healthyBody)
        #expect(run.end == .fin)
        #expect(run.journal[0].ending == .fin)
    }

    @Test(arguments: [true, false])
    func aLengthIsTooLong(stream: Bool) async throws {
        let run = try await FaultRun.of("length-too-long", request: Request.chat(stream: stream))
        let whole = stream ? Chunks.payload(of: run.healthyBody) : run.healthyBody
        #expect(run.field("content-length") == ["\(whole.utf8.count + 64)"])
        #expect(run.body == whole)
        #expect(run.end == .fin)
    }

    @Test(arguments: [true, false])
    func aLengthIsTooShort(stream: Bool) async throws {
        let run = try await FaultRun.of(
            "length-too-short", request: Request.chat(stream: stream), seconds: 0.4)
        let whole = stream ? Chunks.payload(of: run.healthyBody) : run.healthyBody
        #expect(run.field("content-length") == ["\(whole.utf8.count / 2)"])
        // What is read depends on when the client has enough; all of it was sent.
        #expect(whole.hasPrefix(run.body) && run.body.utf8.count >= whole.utf8.count / 2)
        #expect(run.journal[0].responseBodyBytes == whole.utf8.count)
        #expect(run.end == nil)
    }

    @Test func twoLengthsContradictEachOther() async throws {
        let run = try await FaultRun.of("length-twice", request: Self.plain)
        let count = run.healthyBody.utf8.count
        #expect(run.field("content-length") == ["\(count)", "\(count + 1)"])
        #expect(run.body == run.healthyBody)
    }

    @Test func aLengthStandsBesideChunks() async throws {
        let run = try await FaultRun.of("length-and-chunked")
        let whole = Chunks.payload(of: run.healthyBody)
        #expect(run.field("content-length") == ["\(whole.utf8.count)"])
        #expect(run.field("transfer-encoding") == ["chunked"])
        #expect(run.body == run.healthyBody)
    }

    @Test func aBodyIsTruncatedAndItsLengthAgrees() async throws {
        let run = try await FaultRun.of("truncated-body", request: Self.plain)
        let half = run.healthyBody.utf8.count / 2
        #expect(run.field("content-length") == ["\(half)"])
        #expect(run.body == String(run.healthyBody.prefix(half)))
        #expect(run.end == nil)
        let stream = try await FaultRun.of("truncated-body")
        let whole = Chunks.payload(of: stream.healthyBody)
        let part = String(whole.prefix(whole.utf8.count / 2))
        #expect(stream.body == part)
        #expect(stream.field("content-length") == ["\(part.utf8.count)"])
        #expect(stream.field("transfer-encoding") == [])
        #expect(stream.journal[0].injected == true)
    }

    @Test func theStatusLineIsNone() async throws {
        let run = try await FaultRun.of("garbage-status-line", request: Self.plain)
        #expect(run.head.hasPrefix("?! 2OO not http\r\n"))
        #expect(run.body == run.healthyBody)
    }

    @Test func theHeadBreaksOff() async throws {
        let run = try await FaultRun.of("partial-headers", request: Self.plain)
        #expect(run.end == .fin)
        #expect(!run.text.contains("\r\n\r\n"))
        #expect(run.text.hasPrefix("HTTP/1.1 200 OK\r\n"))
        let last = try #require(run.text.components(separatedBy: "\r\n").last)
        #expect(last.contains(": ") && !last.hasSuffix("\r\n"))
        #expect(run.journal[0].responseBodyBytes == 0)
    }

    @Test func aHeaderIsHuge() async throws {
        let run = try await FaultRun.of("huge-header", request: Self.plain)
        #expect(run.field("x-huge").first?.utf8.count == 128 * 1024)
        #expect(run.body == run.healthyBody)
    }

    @Test func aHeaderHasNoColon() async throws {
        let run = try await FaultRun.of("header-without-colon", request: Self.plain)
        #expect(run.head.hasSuffix("\r\nx-header-without-colon"))
        #expect(run.body == run.healthyBody)
    }

    @Test func aHeaderHoldsNUL() async throws {
        let run = try await FaultRun.of("nul-in-header", request: Self.plain)
        #expect(run.head.hasSuffix("\r\nx-nul: before\0after"))
        #expect(run.body == run.healthyBody)
    }

    @Test func thereAreManyHeaders() async throws {
        let run = try await FaultRun.of("many-headers", request: Self.plain)
        let lines = run.head.components(separatedBy: "\r\n")
        #expect(lines.count == run.healthyHead.components(separatedBy: "\r\n").count + 300)
        #expect(run.body == run.healthyBody)
    }

    @Test func informationalAnswersFlood() async throws {
        let run = try await FaultRun.of(
            "informational-flood", request: Self.plain, seconds: 0.4)
        let parts = run.text.components(separatedBy: "\r\n\r\n")
        #expect(parts.count == 102)
        #expect(parts[..<100].allSatisfy { $0.hasPrefix("HTTP/1.1 103 Early Hints\r\n") })
        #expect(parts[100].hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(parts[101] == run.healthyBody)
    }

    @Test func plainBytesClaimToBeGzip() async throws {
        let run = try await FaultRun.of("gzip-lie", request: Self.plain)
        #expect(run.field("content-encoding") == ["gzip"])
        #expect(run.body == run.healthyBody)
    }

    @Test(arguments: [true, false])
    func aBodyInGzipInflatesToTheHealthyOne(stream: Bool) async throws {
        let run = try await FaultRun.of("gzip-unasked", request: Request.chat(stream: stream))
        #expect(run.field("content-encoding") == ["gzip"])
        let whole = stream ? Chunks.payload(of: run.healthyBody) : run.healthyBody
        let inflated = Compressed.inflated(try body(run, stream))
        #expect(inflated?.isWhole == true)
        #expect(inflated.map { String(decoding: $0.bytes, as: UTF8.self) } == whole)
    }

    @Test(arguments: [true, false])
    func aTruncatedBodyInGzipBreaksOffAndItsFramingDoesNot(stream: Bool) async throws {
        let run = try await FaultRun.of("gzip-truncated", request: Request.chat(stream: stream))
        let whole = stream ? Chunks.payload(of: run.healthyBody) : run.healthyBody
        let inflated = try #require(Compressed.inflated(try body(run, stream)))
        #expect(!inflated.isWhole && !inflated.bytes.isEmpty)
        #expect(whole.hasPrefix(String(decoding: inflated.bytes, as: UTF8.self)))
        #expect(run.end == nil)
    }

    /// The body's bytes without their chunks.
    private func body(_ run: FaultRun, _ stream: Bool) throws -> [UInt8] {
        let blank = try #require(
            run.bytes.indices.first { run.bytes[$0...].starts(with: Array("\r\n\r\n".utf8)) })
        let body = Array(run.bytes[(blank + 4)...])
        return stream ? Chunks.bytes(of: body) : body
    }

    @Test(arguments: [true, false])
    func aBodyEndsWithItsConnection(stream: Bool) async throws {
        let run = try await FaultRun.of("close-delimited", request: Request.chat(stream: stream))
        #expect(run.field("content-length") == [])
        #expect(run.field("transfer-encoding") == [])
        #expect(run.body == (stream ? Chunks.payload(of: run.healthyBody) : run.healthyBody))
        #expect(run.end == .fin)
    }

    /// A broken answer was none: the next try is the second attempt. One that a client can read
    /// was one: the next is a call of its own.
    @Test(arguments: [("length-too-long", 2), ("gzip-unasked", 1), ("close-delimited", 1)])
    func onlyAnAnswerThatCanBeReadEndsACall(fault: String, attempt: Int) async throws {
        let yaml = "scenario: x\nrules: [{name: fault, fault: \(fault)}]"
        let journal = try await LiveServer.run(yaml) { live in
            for _ in 1...2 { _ = try live.exchange(Request.chat(), seconds: 1) }
        }
        #expect(journal.map(\.attempt).sorted() == [1, attempt])
    }
}
