import BrownoutEngine
import BrownoutRecords
import BrownoutYAML
import Foundation
import Testing

@testable import BrownoutRecordings

@Suite struct FormatTests {
    /// All bytes of a recording, so that texts which only look alike are told apart.
    static func dump(_ recording: Recording) -> String {
        func hex(_ text: String) -> String { Array(text.utf8).description }
        let head = recording.response.head
        let headers = (recording.request.headers + (head?.headers ?? []))
            .map { hex($0.name) + hex($0.value) }
        let texts = [
            recording.id, recording.provenance.provider, recording.provenance.upstream,
            recording.provenance.client, recording.provenance.recorder, recording.request.method,
            recording.request.path, recording.request.query ?? "-", head?.reason ?? "-",
        ]
        return (texts.map(hex) + headers).joined(separator: "\n")
    }

    @Test(arguments: 0..<8)
    func whatIsWrittenIsReadBackExactly(block: UInt64) throws {
        let start =
            ProcessInfo.processInfo.environment["BROWNOUT_SEED"].flatMap(UInt64.init)
            ?? block * 1_000
        for seed in start..<(start + 300) {
            var random = RandomRecording(seed: seed)
            let recording = random.recording(id: "r\(seed)" + random.text())
            let document = RecordingDocument.encode(recording)
            let text = String(decoding: document, as: UTF8.self)
            let repeated = "BROWNOUT_SEED=\(seed) swift test --filter FormatTests\n\(text)"
            do {
                let read = try RecordingDocument.decode(document)
                #expect(read == recording, "\(repeated)")
                #expect(Self.dump(read) == Self.dump(recording), "\(repeated)")
                let place = RecordingPlace(offset: 7)
                let outline = try RecordingDocument.outline(document, at: place)
                #expect(outline == RecordingOutline(of: recording, at: place), "\(repeated)")
                #expect(RecordingDocument.encode(read) == document, "\(repeated)")
            } catch {
                Issue.record("\(error)\n\(repeated)")
            }
        }
    }

    static let bodies = [
        #"{"a":1}"#, #"{"a": 1, "b": [1, 2]}"#, "{\n  \"a\": [\n    1,\n    {}\n  ]\n}\n",
        #"{"a":"\u00e9"}"#, #"{"a":"é"}"#, #"{"n":[1e400,1.0,-0,0.10]}"#, "[[],[[1],[\"a\"]],{}]",
        #"{"x":"a\nb\n"}"#, #"{"x":" a\n\tb"}"#, #"{"x":"\u2028 \u0085"}"#,
    ]

    @Test(arguments: bodies)
    func aBodyOfJSONIsWrittenAsATree(body: String) throws {
        var recording = RandomRecording(seed: 1).withBody(body)
        recording.request.headers = []
        let document = RecordingDocument.encode(recording)
        let text = String(decoding: document, as: UTF8.self)
        #expect(text.contains("\n  json:"))
        #expect(!text.contains("\n  text:"))
        let read = try RecordingDocument.decode(document)
        #expect(read == recording)
    }

    @Test(arguments: [
        #"{"a":1,"a":2}"#, #"{"a" : 1}"#, #"{"a":"\ud800"}"#, #"{"a":"\u0041"}"#, "17", "{",
        #"{"a":1} "#,
    ])
    func aBodyThatNoTreeGivesBackIsWrittenAsText(body: String) throws {
        let recording = RandomRecording(seed: 1).withBody(body)
        let document = RecordingDocument.encode(recording)
        #expect(!String(decoding: document, as: UTF8.self).contains("\n  json:"))
        let read = try RecordingDocument.decode(document)
        #expect(read == recording)
    }

    @Test func aLongStreamIsWrittenAndReadFast() throws {
        let event = Array("data: {\"id\":\"chatcmpl-1\",\"delta\":{\"content\":\"word\"}}\n\n".utf8)
        var recording = RandomRecording(seed: 1).withBody("{}")
        recording.response.head?.headers = [HeaderField("content-type", "text/event-stream")]
        recording.response.body = []
        recording.response.chunks = []
        for index in 1...10_000 {
            recording.response.body += event
            recording.response.chunks.append(
                RecordedChunk(end: index * event.count, at: Int64(index) * 1_003))
        }
        let clock = ContinuousClock()
        var document: [UInt8] = []
        let writing = clock.measure { document = RecordingDocument.encode(recording) }
        var read: Recording?
        let reading = try clock.measure { read = try RecordingDocument.decode(document) }
        let outlining = try clock.measure {
            _ = try RecordingDocument.outline(document, at: RecordingPlace(offset: 0))
        }
        print("10,000 chunks: written in \(writing), read in \(reading), outline in \(outlining)")
        #expect(read == recording)
        // Tests are built without optimisation; this only keeps a quadratic step out.
        #expect(reading < .seconds(20))
    }

    /// Chunks that are written in another way than ours, between others.
    private static let otherChunks = [
        "- {text: B, at: 2ms}", "- {at: 2ms, base64: \"Qg==\"}", "- {\"at\": 2000us, \"text\": B}",
    ]

    @Test(arguments: otherChunks)
    func chunksAreReadHoweverTheyAreWritten(chunk: String) throws {
        let read = try RecordingDocument.decode(Self.document(chunks: chunk))
        #expect(read.response.body == Array("aBc".utf8))
        #expect(
            read.response.chunks == [
                RecordedChunk(end: 1, at: 1_000), RecordedChunk(end: 2, at: 2_000),
                RecordedChunk(end: 3, at: 3_000),
            ])
    }

    @Test(arguments: [
        ("- {at: 2ms, text: B, size: 1}", "13:26: error: unknown key 'size' in a chunk"),
        ("- {at: 2ms}", "13:7: error: a chunk without bytes"),
        ("- {at: 2ms, text: \"\"}", "13:23: error: a chunk without bytes"),
        ("- {at: 500us, text: B}", "13:12: error: the chunk came before the one above it"),
        ("- {at: 2ms, base64: B}", "13:25: error: this is not base64"),
    ])
    func aWrongChunkAmongRightOnesIsSaid(chunk: String, message: String) {
        let error = #expect(throws: RecordingError.self) {
            try RecordingDocument.decode(Self.document(chunks: chunk), file: "a.yaml")
        }
        #expect(error?.errors.diagnostics.map(\.headline) == ["a.yaml:" + message])
    }

    private static func document(chunks chunk: String) -> [UInt8] {
        Array(
            """
            ---
            brownout-recording: 1
            id: a
            recorded: 2026-11-21T19:05:00.123456Z
            provider: openai
            dialect: openai
            request: {method: POST, path: /v1/chat/completions}
            response:
              status: 200
              at: 1ms
              chunks:
                - {at: 1ms, text: a}
                \(chunk)
                - {at: 3ms, text: c}
              ended: complete
              ended-at: 4ms
            ...

            """.utf8)
    }

    @Test(
        arguments: [
            (0, "0ms"), (12_345, "12.345ms"), (-500, "-0.5ms"),
            (Int64.max, "9223372036854775.807ms"),
            (Int64.min, "-9223372036854775.808ms"), (1_000_010, "1000.01ms"),
        ] as [(Int64, String)])
    func timesKeepTheirMicroseconds(time: Int64, text: String) {
        #expect(RecordedTime.text(time) == text)
        #expect(RecordedTime.read(text) == time)
    }

    @Test func timesAreReadInOtherUnits() {
        #expect(RecordedTime.read("2s") == 2_000_000)
        #expect(RecordedTime.read("1.5s") == 1_500_000)
        #expect(RecordedTime.read("40us") == 40)
        for wrong in ["", "5", "ms", "1.ms", ".5ms", "1.2345ms", "0.5us", "1m", "--1ms", "1e3ms"] {
            #expect(RecordedTime.read(wrong) == nil)
        }
    }

    @Test func momentsKeepTheirMicroseconds() {
        for micros in [0, 1, -1, 951_782_400_000_000, 1_790_000_000_123_456] as [Int64] {
            let text = UTCTime(microseconds: micros).text(digits: 6)
            #expect(UTCTime(text: text)?.microseconds == micros)
        }
        #expect(UTCTime(text: "2026-02-29T00:00:00Z") == nil)
        #expect(
            UTCTime(text: "2026-02-28T00:00:00.5Z")?.text(digits: 1) == "2026-02-28T00:00:00.5Z")
    }

    @Test(arguments: 0..<40)
    func base64IsReadBack(count: Int) {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 37 + 200) }
        let text = Base64.encoded(bytes)
        #expect(String(decoding: text, as: UTF8.self) == Data(bytes).base64EncodedString())
        #expect(Base64.decoded(String(decoding: text, as: UTF8.self)) == bytes)
    }

    @Test(arguments: ["A", "AA", "AA=", "AB==", "AAA", "A===", "AA==A", "é", "AA-_"])
    func whatIsNotBase64IsRefused(text: String) {
        #expect(Base64.decoded(text) == nil)
    }
}

extension RandomRecording {
    /// A small recording with this body in both directions.
    func withBody(_ text: String) -> Recording {
        let body = Array(text.utf8)
        return Recording(
            id: "one",
            provenance: Provenance(
                recordedAt: 1_790_000_000_000_000, provider: "openai", dialect: .openai,
                upstream: "http://127.0.0.1:9000/openai/v1", recorder: "brownout 0.1.0"),
            request: RecordedRequest(method: "POST", path: "/v1/chat/completions", body: body),
            response: RecordedResponse(
                head: RecordedHead(
                    status: 200, reason: "OK",
                    headers: [HeaderField("content-type", "application/json")], at: 5),
                body: body, chunks: [RecordedChunk(end: body.count, at: 9)], endedAt: 12))
    }
}
