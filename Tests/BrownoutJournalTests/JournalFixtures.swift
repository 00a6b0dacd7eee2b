import BrownoutEngine
import BrownoutJournal
import BrownoutRecords
import Foundation
import Synchronization
import Testing

/// A directory that is gone when the test is over.
final class TemporaryDirectory: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "brownout-journal-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    func file(_ name: String = "journal.sqlite") -> String { path + "/" + name }
}

/// What a writer said about its trouble; a test waits for the n-th report.
final class Reports: Sendable {
    private let texts = Mutex<[String]>([])
    private let said = DispatchSemaphore(value: 0)

    var all: [String] { texts.withLock { $0 } }

    func add(_ text: String) {
        texts.withLock { $0.append(text) }
        said.signal()
    }

    /// Blocks until one more report has come; nil after ten seconds without one.
    func next() -> String? {
        said.wait(timeout: .now() + 10) == .success ? all.last : nil
    }
}

extension ExchangeRecord {
    /// A record with a value of its own in every field.
    static var full: ExchangeRecord {
        var record = ExchangeRecord(id: 0xFEDC_BA98_7654_3210, startedAt: 1_763_682_900_123_456)
        record.session = "search"
        record.callKey = "c0ffee"
        record.callSource = .digest
        record.attempt = 2
        record.ordinal = 3
        record.retryCount = 1
        record.provider = "openai"
        record.dialect = .mistral
        record.endpoint = "chat-completions"
        record.model = "gpt-4o-mini"
        record.stream = true
        record.method = "POST"
        record.path = "/v1/chat/completions"
        record.client = "127.0.0.1"
        record.keyDigest = UInt64.max
        record.scenarioTime = 77_000
        record.connection = 12
        record.httpProtocol = .http11
        record.traceID = TraceID("4bf92f3577b34da6a3ce929d0e0e4736")
        record.idempotencyKey = 0xABCD
        record.promptDigest = 0xF00D << 48
        record.toolResults = [ToolResult(id: "toolu_1", digest: UInt64.max)]
        record.invocation = UInt64.max - 1
        record.userDigest = 0xBEEF
        record.expected = 5
        record.userAgent = "OpenAI/Python 1.51.0"
        record.fillDecision()
        record.fillAnswer()
        record.requestBody = Array(#"{"model":"gpt-4o-mini"}"#.utf8)
        record.requestBodyBytes = 23
        record.responseBody = [0x00, 0xFF, 0xFE, 0x80]
        record.responseBodyBytes = 4_096
        return record
    }

    private mutating func fillDecision() {
        rule = "wobble"
        phase = "storm"
        faults = [.cut]
        foreign[.faults] = "cut + melt"
        cause = .rateLimited
        category = .rateLimit
        retryable = true
        retryAfter = "1.5"
        promises = [
            PromisedWait(field: "retry-after", value: "1.5"),
            PromisedWait(field: "anthropic-ratelimit-tokens-reset", value: "2025-11-20T23:55:00Z"),
            PromisedWait(field: "retry-after-ms", value: "soon"),
        ].compactMap(\.self)
        shouldRetry = true
        trace = [TraceEntry(rule: "wobble", outcome: .fired(draw: nil))]
        plan = [.step("send 120"), .step("reset")]
    }

    private mutating func fillAnswer() {
        plannedStatus = 200
        status = 429
        injected = false
        plannedFirstByte = 100
        firstByte = 120
        headSent = 130
        firstToken = 140
        plannedLastByte = 200
        lastByte = 260
        plannedBytes = 999
        bytesSent = 512
        bytesAcknowledged = 256
        ending = .clientLeft
        clientLeft = 240
        promptTokens = 11
        completionTokens = 7
        cachedTokens = 5
        cacheWriteTokens = 4
        thinkingTokens = 3
        hasFinishReason = true
        toolCalls = [OfferedCall(id: "call_1", name: "a \"tool\"", digest: 9)]
        note = "größer als erlaubt"
        source = .recording
        recording = "Recordings/a.yaml#0123456789abcdef"
        requestID = "req_of_the_upstream_1"
        ray = "8c5b7d1e2f3a4b5c-AMS"
    }

    /// The same where every word is known here.
    static var known: ExchangeRecord {
        var record = full
        record.foreign = ForeignWords()
        return record
    }

    static func numbered(_ number: Int, body: Int = 0) -> ExchangeRecord {
        var record = ExchangeRecord(id: UInt64(number), startedAt: Int64(number))
        record.requestBody = Array(repeating: UInt8(ascii: "x"), count: body)
        record.requestBodyBytes = body
        return record
    }
}

extension JournalWriter {
    /// A writer whose reports fail the test.
    static func untroubled(
        _ path: String, limits: JournalLimits = JournalLimits()
    ) throws -> JournalWriter {
        try JournalWriter(path: path, limits: limits) { Issue.record("trouble: \($0)") }
    }
}
