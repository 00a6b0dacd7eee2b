import BrownoutEngine
import BrownoutRecords
import BrownoutVerdicts

/// Exchanges as a journal would have them, in seconds since the server began.
struct Sample {
    var at: Double
    /// Until the last byte, or until the client left.
    var takes = 0.01
    var status: Int? = 200
    var provider = "openai"
    var model = "gpt-4o"
    var key = "k1"
    var prompt: UInt64 = 1
    var cause: Cause?
    var faults: [FaultKind] = []
    var retryCount: Int?
    var named: String?
    var promise: [PromisedWait] = []
    /// Nil: it is in progress.
    var ending: ExchangeEnding? = .complete
    var isStream = false
    var hasFinish: Bool?
    var body = 100
    /// Of the request's body.
    var asks = 50
    var connection = 1
    var credential: UInt64 = 7
    var tools: [OfferedCall] = []
    var results: [ToolResult] = []
    var shouldRetry: Bool?
    var session = "default"
    /// Nil: nobody counted them.
    var promptTokens: Int?
    var completionTokens: Int?
    var cachedTokens: Int?
    var cacheWriteTokens: Int?
    var idempotencyKey: String?
    var phase: String?
    var rule: String?
    var user: UInt64?
    var expected: UInt64?
    var firstToken: Double?
    var client = "127.0.0.1"
    var isHTTP2 = false
    var endpoint = "chat-completions"

    static func failing(
        _ cause: Cause, at: Double, status: Int = 503, _ change: (inout Sample) -> Void = { _ in }
    ) -> Sample {
        var sample = Sample(at: at)
        sample.status = status
        sample.cause = cause
        sample.faults = [.error]
        change(&sample)
        return sample
    }

    static func promising(_ seconds: Double) -> [PromisedWait] {
        [PromisedWait(field: "retry-after", moment: .after(.milliseconds(Int(seconds * 1000))))]
    }

    var record: ExchangeRecord {
        let begin = Int64(at * 1_000_000)
        var record = ExchangeRecord(
            id: UInt64(begin) &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(connection), startedAt: begin)
        record.scenarioTime = begin
        record.session = session
        record.promptTokens = promptTokens
        record.completionTokens = completionTokens
        record.cachedTokens = cachedTokens
        record.cacheWriteTokens = cacheWriteTokens
        record.provider = provider
        record.model = model
        (record.phase, record.rule) = (phase, rule)
        record.endpoint = endpoint
        (record.userDigest, record.client) = (user, client)
        record.expected = expected
        record.firstToken = firstToken.map { Int64($0 * 1_000_000) }
        record.callKey = named ?? key
        record.callSource = named == nil ? .digest : .header
        record.promptDigest = prompt
        record.idempotencyKey = idempotencyKey.map { SipHash.word($0) }
        record.retryCount = retryCount
        record.httpProtocol = isHTTP2 ? .http2 : .http11
        record.connection = connection
        record.keyDigest = credential
        record.status = status
        record.cause = cause
        let kind = faults.first
        record.category = cause?.category ?? kind?.category
        record.retryable = cause?.isRetryable ?? kind?.row.isRetryable
        record.shouldRetry = shouldRetry
        record.faults = faults
        record.injected = faults.isEmpty ? nil : true
        record.promises = promise
        record.ending = ending
        record.stream = isStream
        record.hasFinishReason = hasFinish
        record.responseBodyBytes = body
        record.requestBodyBytes = asks
        record.headSent = status == nil ? nil : 1000
        record.firstByte = status == nil ? nil : 900
        let end = Int64(takes * 1_000_000)
        if ending == .clientLeft { record.clientLeft = end } else { record.lastByte = end }
        if ending == nil { (record.status, record.lastByte) = (nil, nil) }
        record.toolCalls = tools
        record.toolResults = results
        return record
    }
}

extension [Sample] {
    var calls: [Call] { CallFinder.calls(of: compactMap { Attempt($0.record) }) }

    func calls(_ said: [OutcomeRecord]) -> [Call] {
        CallFinder.calls(of: compactMap { Attempt($0.record) }, outcomes: said)
    }

    func finding(_ rule: String, _ said: [OutcomeRecord] = []) -> Finding? {
        Scorecard.findings(calls(said), CallWindows()).first { $0.rule == rule }
    }
}

extension OutcomeRecord {
    /// What a client says at a time, in seconds since the server began.
    static func said(
        _ outcome: DeclaredOutcome, of subject: Subject, at: Double, session: String = "default",
        _ change: (inout OutcomeRecord) -> Void = { _ in }
    ) -> OutcomeRecord {
        let at = Int64(at * 1_000_000)
        var record = OutcomeRecord(
            at: at, scenarioTime: at, session: session, subject: subject, outcome: outcome)
        change(&record)
        return record
    }
}
