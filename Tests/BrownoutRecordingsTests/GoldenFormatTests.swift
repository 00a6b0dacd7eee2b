import BrownoutEngine
import BrownoutRecords
import Foundation
import Testing

@testable import BrownoutRecordings

/// Documents as they stand in a file: with `UPDATE_GOLDEN=1` in the environment they are written
/// anew, to be read.
@Suite struct GoldenFormatTests {
    static let fixtures = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Fixtures")
    static let isUpdating = ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1"

    static let broken: [String] = {
        let folder = fixtures.appending(path: "Broken").path
        let files = try? FileManager.default.contentsOfDirectory(atPath: folder)
        return (files ?? []).filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }
            .sorted()
    }()

    @Test(arguments: broken)
    func aBrokenDocumentIsRefusedWithItsExpectedText(name: String) throws {
        let folder = Self.fixtures.appending(path: "Broken")
        let bytes = [UInt8](try Data(contentsOf: folder.appending(path: name + ".yaml")))
        let expectation = folder.appending(path: name + ".expected")
        var text = ""
        do {
            let read = try RecordingDocument.decode(bytes, file: name + ".yaml", firstLine: 41)
            Issue.record("\(name) was accepted: \(read)")
        } catch {
            text = error.text
        }
        if Self.isUpdating { try Data(text.utf8).write(to: expectation) }
        let expected = try String(contentsOf: expectation, encoding: .utf8)
        #expect(text == expected)
    }

    static let samples = ["chat", "chat-stream", "gzip-stream", "aborted", "refused", "binary"]

    @Test(arguments: samples)
    func aRecordingIsWrittenAsItsExpectedDocument(name: String) throws {
        let recording = try Self.sample(name)
        let document = RecordingDocument.encode(recording)
        let file = Self.fixtures.appending(path: "Format/\(name).yaml")
        if Self.isUpdating { try Data(document).write(to: file) }
        let expected = try String(contentsOf: file, encoding: .utf8)
        #expect(String(decoding: document, as: UTF8.self) == expected)
        let read = try RecordingDocument.decode(document)
        #expect(read == recording)
    }

    private static func sample(_ name: String) throws -> Recording {
        var recording = RandomRecording(seed: 0).withBody(
            #"{"id":"chatcmpl-1","object":"chat.completion","choices":[{"index":0,"message":"#
                + #"{"role":"assistant","content":"One line.\nAnother: # two."},"logprobs":null}],"#
                + #""usage":{"prompt_tokens":9,"completion_tokens":4},"scores":[0.5,-1e-3]}"#)
        recording.id = name
        recording.request.body = Array(
            (#"{"model": "gpt-4o", "messages": [{"role": "user", "content": "Say \u00e9: yes"}], "#
                + #""stream": true, "stop": ["no", "12"], "tools": []}"#).utf8)
        recording.request.headers = [
            HeaderField("Host", "127.0.0.1:9000"), HeaderField("content-type", "application/json"),
            HeaderField("x-stainless-retry-count", "0"),
        ]
        recording.provenance.client = "OpenAI/Python 2.8.0"
        let events = [
            "data: {\"choices\":[{\"delta\":{\"content\":\"caf\"}}]}\n\n",
            "data: {\"choices\":[{\"delta\":{\"content\":\"é\"}}]}\r\n\r\n", "data: [DONE]\n\n",
        ]
        let isStream = ["chat-stream", "gzip-stream", "aborted"].contains(name)
        if isStream {
            recording.response.head?.headers = [HeaderField("content-type", "text/event-stream")]
            set(&recording, events.map { Array($0.utf8) })
        }
        switch name {
        case "gzip-stream":
            recording.response.head?.headers.append(HeaderField("content-encoding", "gzip"))
            // The same events through gzip.
            let coded = try #require(
                Base64.decoded(
                    "H4sIAAAAAAACA0tJLEm0UqhWSs7Iz0xOLVayiq5WSknNKUlUsgIK5ueVpOaV"
                        + "KFkpJSemKdXWxtZycaUQp+HwSrB6Xi5eqI5oF38/11guLgDxosiFcQAAAA=="))
            set(&recording, [Array(coded[..<20]), Array(coded[20...])])
        case "aborted":
            recording.response.ending = .reset
            // The answer ends within a character.
            set(&recording, [Array(events[0].utf8), Array(events[1].utf8.prefix(40))])
        case "refused":
            recording.response = RecordedResponse(head: nil, ending: .refused, endedAt: 310)
        case "binary":
            recording.response.head?.headers = [HeaderField("content-type", "audio/mpeg")]
            set(&recording, [(0..<200).map { UInt8($0) }, [0xFF, 0xFB]])
        default: break
        }
        return recording
    }

    private static func set(_ recording: inout Recording, _ pieces: [[UInt8]]) {
        recording.response.body = pieces.flatMap { $0 }
        recording.response.chunks = []
        for (index, piece) in pieces.enumerated() {
            recording.response.chunks.append(
                RecordedChunk(
                    end: (recording.response.chunks.last?.end ?? 0) + piece.count,
                    at: 12_500 + Int64(index) * 1_003))
        }
        recording.response.endedAt = 20_000
    }
}
