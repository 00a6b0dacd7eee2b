import BrownoutEngine
import BrownoutJournal
import BrownoutRecords
import BrownoutServer
import BrownoutTesting
import Foundation
import Testing

/// Answers in a scenario's own words: to the byte, with their pauses and their endings.
@Suite(.serialized) struct VerbatimFaultTests {
    @Test func aRawAnswerIsSentToTheByte() async throws {
        let run = try await FaultRun.of(
            "{raw: {status: 418, reason: Short And Stout, headers: {X-Tea: green}, body: tip}}")
        #expect(
            run.text
                == "HTTP/1.1 418 Short And Stout\r\nX-Tea: green\r\ncontent-length: 3\r\n\r\ntip")
        #expect(run.journal[0].status == 418)
        #expect(run.journal[0].injected == true)
    }

    @Test func aRawAnswerWithoutAnythingIsAStatusLineAndALength() async throws {
        let run = try await FaultRun.of("{raw: {status: 503}}")
        #expect(run.text == "HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n")
    }

    @Test func aRawAnswerMayLieAboutItsFraming() async throws {
        let run = try await FaultRun.of(
            "{raw: {headers: {Content-Length: '2'}, body: {z: 1, a: [x]}}}", seconds: 0.3)
        #expect(run.text == "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{\"z\":1,\"a\":[\"x\"]}")
        let chunked = try await FaultRun.of(
            "{raw: {headers: {transfer-encoding: chunked}, body: \"0\\r\\n\\r\\n\"}}")
        #expect(chunked.text == "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n")
    }

    @Test func aRawAnswerToAClosingRequestHasNoFieldMore() async throws {
        let request = Request.chat(headers: "Connection: close\r\n")
        let run = try await FaultRun.of("{raw: {body: ok}}", request: request)
        #expect(run.text == "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
    }

    @Test func everyFrameOfARawStreamIsAChunk() async throws {
        let run = try await FaultRun.of(
            """
            {raw-stream: {status: 202, content-type: text/plain, headers: {X-A: b}, frames: [
              ": hello\\n", {event: tick, data: "a\\nb"}, {data: {n: 1}}, "data: half"]}}
            """)
        #expect(
            run.text == "HTTP/1.1 202 Accepted\r\ncontent-type: text/plain\r\nX-A: b\r\n"
                + "transfer-encoding: chunked\r\n\r\n8\r\n: hello\n\r\n"
                + "1d\r\nevent: tick\ndata: a\ndata: b\n\n\r\nf\r\ndata: {\"n\":1}\n\n\r\n"
                + "a\r\ndata: half\r\n0\r\n\r\n")
        #expect(run.journal[0].injected == true)
        #expect(run.journal[0].ending == .complete)
    }

    @Test(arguments: [
        ("fin", ConnectionEnd.fin, "fin"), ("reset", .reset, "reset"),
        ("stall", .timeout, "client-left"),
    ])
    func aRawStreamEndsAsItSays(
        ending: String, end: ConnectionEnd, journalled: String
    ) async throws {
        let run = try await FaultRun.of(
            "{raw-stream: {frames: [{data: one}, {data: two}], ending: \(ending)}}", seconds: 0.5)
        #expect(run.end == end)
        #expect(run.body == "b\r\ndata: one\n\n\r\nb\r\ndata: two\n\n\r\n")
        #expect(run.journal[0].ending?.rawValue == journalled)
        #expect(run.journal[0].injected == true)
    }

    /// Pauses go by the scenario's clock, the one before the ending too.
    @Test(arguments: ["clean", "fin", "reset"])
    func theWaitsOfARawStreamAreExact(ending: String) async throws {
        let yaml = """
            scenario: x
            clock: manual
            rules:
              - name: a
                fault:
                  raw-stream:
                    frames: [a, {wait: 2s}, b, {wait: 3s}]
                    ending: \(ending)
            """
        let journal = try await LiveServer.run(yaml) { live in
            let client = try live.client()
            try client.send(Request.chat(stream: true))
            let first = client.read(until: { $0.hasSuffix("1\r\na\r\n") })
            #expect(first.end == nil)
            _ = await live.server.advance(by: .milliseconds(1999))
            #expect(client.read(seconds: 0.1).text.isEmpty)
            _ = await live.server.advance(by: .milliseconds(1))
            #expect(client.read(until: { $0.hasSuffix("b\r\n") }).text == "1\r\nb\r\n")
            _ = await live.server.advance(by: .milliseconds(2999))
            #expect(client.read(seconds: 0.1).text.isEmpty)
            _ = await live.server.advance(by: .milliseconds(1))
            let last = client.read(seconds: 2) { $0.hasSuffix("0\r\n\r\n") }
            #expect(last.text == (ending == "clean" ? "0\r\n\r\n" : ""))
            #expect(last.end == ["fin": ConnectionEnd.fin, "reset": .reset][ending])
        }
        #expect(journal[0].lastByte == (ending == "clean" ? 5_000_000 : 2_000_000))
    }

    @Test(arguments: [
        ("page-502", 502, "api.openai.com | 502"), ("page-520", 520, "api.openai.com | 520"),
        ("page-524", 524, "api.openai.com | 524"), ("page-challenge", 403, "One moment"),
        ("page-portal", 200, "Guest network"),
    ])
    func aPageOfAProxyIsHTML(fault: String, status: Int, title: String) async throws {
        let run = try await FaultRun.of(fault)
        #expect(run.head.hasPrefix("HTTP/1.1 \(status) "))
        #expect(run.field("content-type") == ["text/html; charset=UTF-8"])
        #expect(run.field("cf-mitigated") == (status == 403 ? ["challenge"] : []))
        #expect(run.field("content-length") == ["\(run.body.utf8.count)"])
        #expect(run.body.contains("<title>\(title)"))
        #expect(run.journal[0].status == status)
    }
}
