import BrownoutEngine
import BrownoutRecords
import BrownoutRedaction
import BrownoutTesting
import BrownoutWire
import Foundation
import Testing

@testable import BrownoutRecordings

@Suite struct RecordingRedactionTests {
    private let redactor = Redactor()

    private func recording(
        _ fields: [HeaderField] = [], answer: [HeaderField] = [], body: [UInt8] = [],
        chunks: [RecordedChunk] = [], ending: RecordedEnding = .complete
    ) -> Recording {
        Recording(
            id: "r1",
            provenance: Provenance(
                recordedAt: 0, provider: "openai", dialect: .openai,
                upstream: "https://me:hunter2@host/v1", recorder: "test"),
            request: RecordedRequest(
                method: "POST", path: "/v1/x", query: "key=s3cr3t&api-version=1", headers: fields),
            response: RecordedResponse(
                head: RecordedHead(status: 200, reason: "OK", headers: answer), body: body,
                chunks: chunks, ending: ending))
    }

    /// A value with each digest as `#`.
    private func legible(_ text: String) -> String {
        text.replacing(#/-[0-9a-f]{4}\b/#, with: "#")
    }

    @Test(arguments: [
        ("Authorization", "Bearer sk-abc", "Bearer redacted-secret#"),
        ("authorization", "x", "redacted-secret#"),
        ("Proxy-Authorization", "Basic eA==", "Basic redacted-secret#"),
        ("api-key", "1", "redacted-secret#"), ("X-API-KEY", "abc", "redacted-secret#"),
        ("x-goog-api-key", "abc", "redacted-secret#"),
        ("X-Amz-Security-Token", "abc", "redacted-secret#"),
        ("Cookie", "a=1; b=; c", "a=redacted-secret#; b=;redacted-secret#"),
        ("Set-Cookie", "a=1; Path=/; Max-Age=3", "a=redacted-secret#; Path=/; Max-Age=3"),
        ("Content-Type", "application/json", "application/json"),
        ("X-Note", "for bob@example.com", "for redacted-email#"), ("Authorization", "", ""),
        ("OpenAI-Organization", "org-abc", "org-abc"), ("x-ratelimit-limit-tokens", "1", "1"),
    ])
    func aFieldKeepsWhatIsNoSecret(name: String, value: String, expected: String) {
        let redacted = recording([HeaderField(name, value)]).request.redacted(by: redactor)
        #expect(redacted.headers.map(\.name) == [name])
        #expect(redacted.headers.map { legible($0.value) } == [expected])
        #expect(redacted.redacted(by: redactor) == redacted)
    }

    @Test func placesOfARequestAreRedacted() {
        let redacted = recording().redacted(by: redactor)
        #expect(redacted.request.query.map(legible) == "key=redacted-secret#&api-version=1")
        #expect(
            legible(redacted.provenance.upstream) == "https://me:redacted-secret#@host/v1")
    }

    @Test func aValueInAHeaderIsTheSameValueInABody() {
        let request = recording([HeaderField("Authorization", "Bearer team-key-1")]).request
        var asking = request
        asking.body = Array("is team-key-1 mine?".utf8)
        let header = request.redacted(by: redactor).headers[0].value.dropFirst(7)
        let body = String(decoding: asking.redacted(by: redactor).body, as: UTF8.self)
        #expect(body == "is \(header) mine?")
    }

    @Test func aPasswordBehindBase64IsKnown() {
        // me:hunter2hunter2
        var recording = recording([HeaderField("Authorization", "Basic bWU6aHVudGVyMmh1bnRlcjI=")])
        recording.response.body = Array("no hunter2hunter2 here".utf8)
        let body = recording.redacted(by: redactor).response.body
        #expect(legible(String(decoding: body, as: UTF8.self)) == "no redacted-secret# here")
    }

    // MARK: - Codings

    @Test(arguments: [("+/=", true), ("-_", false)])
    func base64InAHeaderIsEncodedAnewWithoutItsSecrets(letters: String, isPadded: Bool) throws {
        let text = #"{"error":{"message":"Incorrect API key provided: sk-proj-Ab0123456789012"}}"#
        var value = Data(text.utf8).base64EncodedString()
        if !isPadded {
            value = value.replacing("+", with: "-").replacing("/", with: "_")
                .replacing("=", with: "")
        }
        let redacted = recording(answer: [HeaderField("x-error-json", value)])
            .redacted(by: redactor)
        var kept = try #require(redacted.response.head?.header("x-error-json"))
        while kept.utf8.count % 4 != 0 { kept += "=" }
        let data = try #require(Data(base64Encoded: kept))
        #expect(
            legible(String(decoding: data, as: UTF8.self))
                == #"{"error":{"message":"Incorrect API key provided: redacted-secret#"}}"#)
        #expect(SecretCheck.findings(in: redacted).isEmpty)
    }

    @Test func aBodyThatIsPackedThoughNothingSaysSoIsPackedAnewWithoutItsSecrets() {
        let text = Array(#"{"to":"bob@example.com","key":"sk-proj-Ab0123456789012"}"#.utf8)
        for body in [Compressed.deflate(text, .gzip), Compressed.zstd(text)] {
            let kept = recording(
                answer: [HeaderField("content-length", "\(body.count)")], body: body,
                chunks: [RecordedChunk(end: body.count, at: 1)]
            ).redacted(by: redactor)
            let coding = body[0] == 0x1F ? "gzip" : "zstd"
            let plain = DecodedBody(
                kept.response.body, [], [HeaderField("content-encoding", coding)], limit: 1_000)
            #expect(
                legible(String(decoding: plain.bytes, as: UTF8.self))
                    == #"{"to":"redacted-email#","key":"redacted-secret#"}"#)
            #expect(
                kept.response.head?.header("content-length") == "\(kept.response.body.count)")
            #expect(kept.response.chunks.last?.end == kept.response.body.count)
        }
    }

    @Test func aCodedBodyWithoutSecretsStaysAsItCame() {
        let coded = Compressed.deflate(Array("nothing here".utf8), .gzip)
        let recording = recording(
            [], answer: [HeaderField("content-encoding", "gzip")], body: coded,
            chunks: [RecordedChunk(end: coded.count, at: 1)])
        #expect(recording.redacted(by: redactor).response == recording.response)
    }

    @Test func aCodedStreamKeepsItsBordersWhenDecoded() {
        let events = ["data: 1\n\n", "data: bob@example.com\n\n", "data: [DONE]\n\n"]
        // Members of their own, so that each chunk decodes to its event.
        var body: [UInt8] = []
        var chunks: [RecordedChunk] = []
        for (index, event) in events.enumerated() {
            body += Compressed.deflate(Array(event.utf8), .gzip)
            chunks.append(RecordedChunk(end: body.count, at: Int64(index)))
        }
        let recording = recording(
            [],
            answer: [
                HeaderField("Content-Type", "text/event-stream"),
                HeaderField("Content-Encoding", "gzip"),
                HeaderField("Content-Length", "\(body.count)"),
            ], body: body, chunks: chunks)
        let response = recording.redacted(by: redactor).response
        #expect(response.head?.header("content-encoding") == nil)
        #expect(response.head?.header("content-length") == "\(response.body.count)")
        var start = 0
        let pieces = response.chunks.map { chunk in
            defer { start = chunk.end }
            return String(decoding: response.body[start..<chunk.end], as: UTF8.self)
        }
        #expect(
            pieces.map(legible) == ["data: 1\n\n", "data: redacted-email#\n\n", "data: [DONE]\n\n"])
        #expect(response.chunks.map(\.at) == [0, 1, 2])
    }

    @Test func aCodedBodyThatEndedTooSoonIsLookedAtAsFarAsItGoes() {
        let text = Array(("bob@example.com " + String(repeating: "and so on ", count: 500)).utf8)
        let coded = Array(Compressed.zstd(text).dropLast(4))
        let recording = recording(
            [],
            answer: [
                HeaderField("Content-Encoding", "zstd"),
                HeaderField("Content-Length", "\(coded.count + 4)"),
            ],
            body: coded, chunks: [RecordedChunk(end: coded.count, at: 1)], ending: .closedEarly)
        let response = recording.redacted(by: redactor).response
        if response != recording.response {
            #expect(!String(decoding: response.body, as: UTF8.self).contains("bob@"))
            // It lacks as much as it did.
            #expect(response.head?.header("content-length") == "\(response.body.count + 4)")
        }
    }

    @Test func aBodyThatIsNotInItsCodingIsLookedAtAsItIs() {
        let recording = recording(
            [], answer: [HeaderField("Content-Encoding", "gzip")],
            body: Array("to bob@example.com".utf8))
        let response = recording.redacted(by: redactor).response
        #expect(legible(String(decoding: response.body, as: UTF8.self)) == "to redacted-email#")
        #expect(response.head?.header("content-encoding") == "gzip")
    }

    @Test func aBodyOfUnknownCodingIsLookedAtAsItIs() {
        let recording = recording(
            [], answer: [HeaderField("Content-Encoding", "snappy")],
            body: Array("to bob@example.com".utf8))
        let body = recording.redacted(by: redactor).response.body
        #expect(legible(String(decoding: body, as: UTF8.self)) == "to redacted-email#")
    }

    // MARK: - Streams

    @Test func aNumberSpreadOverToolArgumentsLeavesThemJSON() {
        let pieces = ["{\\\"ssn\\\": 1", "234", "56789", "}"]
        let body = pieces.map {
            #"data: {"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"\#($0)"}}"#
                + "\n\n"
        }.joined()
        let recording = recording(
            [], answer: [HeaderField("Content-Type", "text/event-stream")], body: Array(body.utf8))
        let redacted = String(
            decoding: recording.redacted(by: redactor).response.body, as: UTF8.self)
        let joined = redacted.matches(of: #/"partial_json":"(.*)"\}\}/#).map { String($0.1) }
        #expect(joined.map(legible) == [#"{\"ssn\": \"redacted-ssn#\""#, "", "", "}"])
    }

    @Test func textsOfOtherChoicesAreNotJoined() {
        func event(_ index: Int, _ text: String) -> String {
            #"data: {"choices":[{"delta":{"content":"\#(text)"},"index":\#(index)}]}"# + "\n\n"
        }
        let body = event(0, "4111 1111 ") + event(1, "1111 1111") + event(0, "is all")
        let recording = recording(
            [], answer: [HeaderField("Content-Type", "text/event-stream")], body: Array(body.utf8))
        #expect(recording.redacted(by: redactor).response == recording.response)
    }

    @Test func anEventThatIsNoJSONIsPassedOver() {
        let texts = StreamTexts(
            of: Array(
                "data: {\"delta\":\"a\n\ndata: {\"delta\":\"b\"}\r\ndata:{\"delta\":\"c\"}".utf8),
            .sse)
        #expect(texts.texts.map(\.count) == [2])
    }
}
