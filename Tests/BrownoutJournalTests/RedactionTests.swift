import BrownoutEngine
import BrownoutJournal
import BrownoutRecords
import Foundation
import Testing

/// Through a real file: what counts is what reaches the disk.
@Suite struct RedactionTests {
    let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func stored(_ record: ExchangeRecord) throws -> ExchangeRecord {
        let path = directory.file("\(UUID().uuidString).sqlite")
        let writer = try JournalWriter.untroubled(path)
        writer.append(record)
        writer.close()
        return try #require(try JournalReader(path: path).exchange(sequence: 1)).record
    }

    private func stored(body: String) throws -> String {
        var record = ExchangeRecord(id: 1, startedAt: 0)
        record.requestBody = Array(body.utf8)
        record.responseBody = record.requestBody
        let read = try stored(record)
        #expect(read.requestBody == read.responseBody)
        return String(decoding: read.requestBody, as: UTF8.self)
    }

    @Test(arguments: [
        ("sk-abc123", "[redacted]"),
        ("my key is sk-proj-A_b-9.", "my key is [redacted]."),
        (#"{"k":"sk-ant-api03-XyZ_1-2"}"#, #"{"k":"[redacted]"}"#),
        (#"line\nsk-proj-12345"#, #"line\n[redacted]"#),
        (#"\u000ask-proj-12345"#, #"\u000a[redacted]"#),
        ("a%3Dsk-proj-12345&b", "a%3D[redacted]&b"),
        ("AIzaSyD-1234567890abcdefghijklmnopqrstu", "[redacted]"),
        ("Authorization: Bearer eyJ.abc-_~+/=", "Authorization: Bearer [redacted]"),
        ("bearer tok9", "bearer [redacted]"),
        ("/v1beta/models?key=abc&alt=sse", "/v1beta/models?key=[redacted]&alt=sse"),
        ("?alt=sse&KEY=abc", "?alt=sse&KEY=[redacted]"),
        ("api_key=s3cr3t next", "api_key=[redacted] next"),
        (#"{"api_key": "s3cr3t", "x": 1}"#, #"{"api_key": "[redacted]", "x": 1}"#),
        (#"{\"apiKey\":\"s3cr3t\"}"#, #"{\"apiKey\":\"[redacted]\"}"#),
        ("x-api-key: s3cr3t", "x-api-key: [redacted]"),
        ("sk-aaaa1 sk-bbbb2", "[redacted] [redacted]"),
        ("Bearer sk-abc123", "Bearer [redacted]"),
    ])
    func aCredentialDoesNotReachTheDisk(body: String, expected: String) throws {
        #expect(try stored(body: body) == expected)
    }

    @Test(arguments: [
        "a task-force, a risk-averse desk-lamp, sk- and sk-12",
        "the bearer of bad news, bearer bonds",
        "monkey=3 the key is key=3 keys",
        #"{"api_key": null, "api_key": {"type": "string"}}"#,
        "task-550e8400-e29b-41d4-a716-446655440000",
        "QUl6YQAIzaAAAAAAAAAAAAAA",
        "s", "sk", "sk-", "AIz", "key", "rer", "?key", "?key=", "api_key", "api_key=", "Bearer ",
    ])
    func whatIsNoCredentialStays(body: String) throws {
        #expect(try stored(body: body) == body)
    }

    /// The scan works on blocks: a key is found wherever it lies, also at both ends.
    @Test func aKeyIsFoundAtEveryOffset() throws {
        let path = directory.file()
        let writer = try JournalWriter.untroubled(path)
        let key = "sk-abcd1"
        for before in 0..<70 {
            for after in [0, 1, 31, 32, 33] {
                var record = ExchangeRecord(id: UInt64(before), startedAt: 0)
                record.requestBody = Array(
                    (String(repeating: ".", count: before) + key
                        + String(repeating: ".", count: after)).utf8)
                record.responseBodyBytes = after
                writer.append(record)
            }
        }
        writer.close()
        let reader = try JournalReader(path: path)
        for sequence in 1...Int64(70 * 5) {
            let record = try #require(try reader.exchange(sequence: sequence)).record
            let expected =
                String(repeating: ".", count: Int(record.id)) + "[redacted]"
                + String(repeating: ".", count: record.responseBodyBytes)
            #expect(String(decoding: record.requestBody, as: UTF8.self) == expected)
        }
    }

    @Test func textsAClientChoosesAreRedactedToo() throws {
        var record = ExchangeRecord.full
        record.path = "/v1beta/models/gemini:generateContent?key=AIzaSecret1234"
        record.userAgent = "curl sk-agent1"
        record.callKey = "sk-call1"
        record.session = "sk-session1"
        record.model = "sk-model1"
        record.note = "upstream said: Bearer abc123"
        record.trace = [TraceEntry(rule: "sk-trace1", outcome: .refused("sk-why1"))]
        record.plan = [.fault("sk-fault1"), .step("sk-plan1")]
        let read = try stored(record)
        #expect(read.path == "/v1beta/models/gemini:generateContent?key=[redacted]")
        #expect(read.userAgent == "curl [redacted]")
        #expect(read.note == "upstream said: Bearer [redacted]")
        #expect(
            read.trace == [TraceEntry(rule: "[redacted]", outcome: .refused("[redacted]"))])
        #expect(read.plan == [.step("fault: [redacted]"), .step("[redacted]")])
        for text in [read.callKey, read.model] { #expect(text == "[redacted]") }
    }

    @Test(arguments: [
        ("sk-plain-test-12345678", "/s/sk-plain-test-12345678/openai/v1/chat/completions"),
        ("sk-stream-1", "/s/sk-stream-1"), ("sk-a1", "/s/sk-a1?x=1"),
        ("sk-a1", "http://host/s/sk-a1/v1/models"),
    ])
    func aSessionsNameIsANameWhateverItLooksLike(session: String, path: String) throws {
        var record = ExchangeRecord.full
        (record.session, record.path) = (session, path)
        let read = try stored(record)
        #expect(read.session == session)
        #expect(read.path == path)
    }

    @Test func whatStandsAroundASessionsNameIsNoName() throws {
        var record = ExchangeRecord.full
        record.session = "sk-a1"
        record.path = "/s/sk-a1/v1/models/sk-secret1?key=abc"
        #expect(try stored(record).path == "/s/sk-a1/v1/models/[redacted]?key=[redacted]")
        record.path = "/s/sk-a1secret2/v1/models"
        #expect(try stored(record).path == "/s/[redacted]/v1/models")
        // What cannot be a name is the client's word like any other.
        record.session = "sk-secret1/x"
        #expect(try stored(record).session == "[redacted]/x")
    }
}
