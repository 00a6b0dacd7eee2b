import BrownoutEngine
import BrownoutRecords

/// What verdicts need of a row, which is less than a record has. The list of names and the reading
/// are in the same order.
enum EvidenceRow {
    static let names = [
        "sequence", "id", "started_at", "scenario_time", "session", "call_key", "call_source",
        "attempt", "ordinal", "retry_count", "provider", "dialect", "endpoint", "model", "stream",
        "client", "connection", "protocol", "key_digest", "user_digest", "expected", "trace_id",
        "idempotency_key", "invocation", "prompt_digest", "tool_results", "rule", "phase", "fault",
        "cause", "category", "retryable", "should_retry", "promises", "trace", "status",
        "injected", "planned_first_byte", "first_byte", "head_sent", "first_token",
        "planned_last_byte",
        "last_byte", "client_left", "ending", "finish_reason_sent", "prompt_tokens",
        "completion_tokens", "cached_tokens", "cache_write_tokens", "tool_calls", "request_id",
        "request_bytes", "response_bytes",
    ]

    /// Reads a row of these columns; of a journal of an earlier version some are null.
    static func record(
        _ row: inout UnsafeRowReader, _ traces: inout TraceMemory
    ) -> (sequence: Int64, record: ExchangeRecord) {
        let sequence = row.integer() ?? 0
        let id = row.digest() ?? 0
        var record = ExchangeRecord(id: id, startedAt: row.integer() ?? 0)
        record.scenarioTime = row.integer()
        question(&row, &record)
        decision(&row, &record, &traces)
        answer(&row, &record)
        return (sequence, record)
    }

    private static func question(_ row: inout UnsafeRowReader, _ record: inout ExchangeRecord) {
        record.session = row.text() ?? ""
        record.callKey = row.text() ?? ""
        record.callSource = row.text().flatMap(CallKey.Source.init)
        record.attempt = Int(row.integer() ?? 1)
        record.ordinal = Int(row.integer() ?? 0)
        record.retryCount = row.integer().map { Int($0) }
        record.provider = row.text() ?? ""
        record.dialect = row.text().flatMap(DialectName.init)
        record.endpoint = row.text() ?? ""
        record.model = row.text() ?? ""
        record.stream = row.flag() ?? false
        record.client = row.text() ?? ""
        record.connection = row.integer().map { Int($0) }
        record.httpProtocol = row.text().flatMap(HTTPProtocol.init)
        record.keyDigest = row.digest()
        record.userDigest = row.digest()
        record.expected = row.digest()
        record.traceID = row.text().flatMap { TraceID($0) }
        record.idempotencyKey = row.digest()
        record.invocation = row.digest()
        record.promptDigest = row.digest()
        record.readTools(results: row.text(), calls: nil)
    }

    private static func decision(
        _ row: inout UnsafeRowReader, _ record: inout ExchangeRecord, _ traces: inout TraceMemory
    ) {
        record.rule = row.text()
        let phase = row.text()
        record.readFaults(row.text())
        record.cause = row.text().flatMap(Cause.init)
        record.category = row.text().flatMap(ErrorCategory.init)
        record.retryable = row.flag()
        record.shouldRetry = row.flag()
        record.readPromises(row.text())
        traces.read(row.text() ?? "", into: &record)
        record.phase = phase ?? record.phase
    }

    private static func answer(_ row: inout UnsafeRowReader, _ record: inout ExchangeRecord) {
        record.status = row.integer().map { Int($0) }
        record.injected = row.flag()
        record.plannedFirstByte = row.integer()
        record.firstByte = row.integer()
        record.headSent = row.integer()
        record.firstToken = row.integer()
        record.plannedLastByte = row.integer()
        record.lastByte = row.integer()
        record.clientLeft = row.integer()
        record.ending = row.text().flatMap(ExchangeEnding.init)
        record.hasFinishReason = row.flag()
        record.promptTokens = row.integer().map { Int($0) }
        record.completionTokens = row.integer().map { Int($0) }
        record.cachedTokens = row.integer().map { Int($0) }
        record.cacheWriteTokens = row.integer().map { Int($0) }
        record.readTools(results: nil, calls: row.text())
        record.requestID = row.text()
        record.requestBodyBytes = Int(row.integer() ?? 0)
        record.responseBodyBytes = Int(row.integer() ?? 0)
    }
}

/// Traces that rows said before: without draws there are few different ones.
struct TraceMemory {
    private static let limit = 256
    private var known: [String: (phase: String?, entries: [TraceEntry])] = [:]

    mutating func read(_ text: String, into record: inout ExchangeRecord) {
        guard !text.isEmpty else { return }
        if let (phase, entries) = known[text] {
            (record.phase, record.trace) = (phase, entries)
            return
        }
        record.readTrace(text)
        if known.count < TraceMemory.limit { known[text] = (record.phase, record.trace) }
    }
}
