import BrownoutEngine
import BrownoutRecords
import Foundation
import GRDB

/// How a record becomes a row and a row a record. The three lists here (names, binding, reading)
/// are in the order of the table's columns.
enum ExchangeRow {
    private static let names = [
        "id", "started_at", "session", "call_key", "call_source", "attempt", "ordinal",
        "retry_count", "provider", "dialect", "endpoint", "model", "stream", "method", "path",
        "client", "key_digest", "user_agent", "rule", "fault", "cause", "category", "retryable",
        "retry_after", "planned_status", "status", "injected", "planned_first_byte",
        "first_byte", "planned_last_byte", "last_byte", "planned_bytes", "bytes_sent",
        "bytes_acknowledged", "ending", "client_left", "prompt_tokens", "completion_tokens",
        "note", "request_bytes", "response_bytes", "trace", "plan",
        "source", "recording", "request_id", "ray",
        "scenario_time", "connection", "protocol", "trace_id", "idempotency_key", "invocation",
        "phase", "promises", "should_retry", "head_sent",
        "cached_tokens", "cache_write_tokens", "thinking_tokens",
        "finish_reason_sent", "prompt_digest", "tool_results", "tool_calls",
        "user_digest", "expected", "first_token",
    ]
    /// What the writer knows of every row, behind what the row says.
    private static let added = ["run"]

    static let insert = """
        INSERT INTO exchange (\((names + added).joined(separator: ", "))) \
        VALUES (\((names + added).map { _ in "?" }.joined(separator: ", ")))
        """

    static let insertBody = "INSERT INTO body (exchange, request, response) VALUES (?, ?, ?)"

    /// The columns a ``StoredExchange`` is read from; those of the body come after them. A journal
    /// of an earlier version lacks some of them.
    static func columns(of known: [String]) -> String {
        (["sequence"] + names + added).map { known.contains($0) ? "exchange.\($0)" : "NULL" }
            .joined(separator: ", ")
    }
}

extension ExchangeRecord {
    /// The bytes of all texts that ``bind(to:_:)`` binds, but for those that are made for it.
    var textBytes: Int {
        let asked =
            session.utf8.count + callKey.utf8.count + callSourceWord.utf8.count
            + provider.utf8.count
            + dialectWord.utf8.count + endpoint.utf8.count + model.utf8.count + method.utf8.count
            + path.utf8.count + client.utf8.count + userAgent.utf8.count
        let decided =
            Self.bytes(rule) + Self.bytes(causeWord) + Self.bytes(categoryWord)
            + Self.bytes(retryAfter)
        return asked + decided + endingWord.utf8.count + Self.bytes(note)
            + Self.bytes(phase) + Self.bytes(httpProtocolWord) + Self.bytes(traceID?.text)
            + Self.bytes(sourceWord) + Self.bytes(recording) + Self.bytes(requestID)
            + Self.bytes(ray)
    }

    private static func bytes(_ text: String?) -> Int { text?.utf8.count ?? 0 }

    func bind(to row: inout UnsafeRowBinder, _ texts: RowTexts) {
        bindQuestion(to: &row)
        bindAnswer(to: &row, faults: texts.faults)
        row.bind(note)
        row.bind(requestBodyBytes)
        row.bind(responseBodyBytes)
        row.bind(text: texts.trace)
        row.bind(text: texts.plan)
        row.bind(sourceWord)
        row.bind(recording)
        row.bind(requestID)
        row.bind(ray)
        bindEvidence(to: &row, texts)
    }

    private func bindEvidence(to row: inout UnsafeRowBinder, _ texts: RowTexts) {
        row.bind(scenarioTime)
        row.bind(connection)
        row.bind(httpProtocolWord)
        row.bind(traceID?.text)
        row.bind(idempotencyKey.map { Int64(bitPattern: $0) })
        row.bind(invocation.map { Int64(bitPattern: $0) })
        row.bind(phase)
        row.bind(text: texts.promises)
        row.bind(shouldRetry)
        row.bind(headSent)
        row.bind(cachedTokens)
        row.bind(cacheWriteTokens)
        row.bind(thinkingTokens)
        row.bind(hasFinishReason)
        row.bind(promptDigest.map { Int64(bitPattern: $0) })
        row.bind(text: texts.toolResults)
        row.bind(text: texts.toolCalls)
        row.bind(userDigest.map { Int64(bitPattern: $0) })
        row.bind(expected.map { Int64(bitPattern: $0) })
        row.bind(firstToken)
    }

    private func bindQuestion(to row: inout UnsafeRowBinder) {
        row.bind(Int64(bitPattern: id))
        row.bind(startedAt)
        row.bind(session)
        row.bind(callKey)
        row.bind(callSourceWord)
        row.bind(attempt)
        row.bind(ordinal)
        row.bind(retryCount)
        row.bind(provider)
        row.bind(dialectWord)
        row.bind(endpoint)
        row.bind(model)
        row.bind(stream)
        row.bind(method)
        row.bind(path)
        row.bind(client)
        row.bind(keyDigest.map { Int64(bitPattern: $0) })
        row.bind(userAgent)
    }

    private func bindAnswer(to row: inout UnsafeRowBinder, faults: String?) {
        row.bind(rule)
        row.bind(faults)
        row.bind(causeWord)
        row.bind(categoryWord)
        row.bind(retryable)
        row.bind(retryAfter)
        row.bind(plannedStatus)
        row.bind(status)
        row.bind(injected)
        row.bind(plannedFirstByte)
        row.bind(firstByte)
        row.bind(plannedLastByte)
        row.bind(lastByte)
        row.bind(plannedBytes)
        row.bind(bytesSent)
        row.bind(bytesAcknowledged)
        row.bind(endingWord)
        row.bind(clientLeft)
        row.bind(promptTokens)
        row.bind(completionTokens)
    }
}

extension StoredExchange {
    /// Reads the ``ExchangeRow/columns`` and, where `bodies` says so, the two of the body.
    init(_ row: Row, bodies: Bool) throws {
        var fields = RowFields(row: row)
        let sequence = try fields.next(Int64.self)
        let id = UInt64(bitPattern: try fields.next(Int64.self))
        var record = ExchangeRecord(id: id, startedAt: try fields.next())
        try record.readQuestion(&fields)
        try record.readAnswer(&fields)
        record.note = try fields.next()
        record.requestBodyBytes = try fields.next()
        record.responseBodyBytes = try fields.next()
        record.readTrace(try fields.next())
        record.readPlan(try fields.next())
        record.source = record.foreign.value(of: try fields.next(), in: .source)
        record.recording = try fields.next()
        record.requestID = try fields.next()
        record.ray = try fields.next()
        try record.readEvidence(&fields)
        let run: Int64? = try fields.next()
        if bodies {
            record.requestBody = Array(try fields.next(Data?.self) ?? Data())
            record.responseBody = Array(try fields.next(Data?.self) ?? Data())
        }
        self.init(sequence: sequence, run: run, record: record)
    }
}

extension ExchangeRecord {
    fileprivate mutating func readQuestion(_ fields: inout RowFields) throws {
        session = try fields.next()
        callKey = try fields.next()
        callSource = foreign.value(of: try fields.next(), in: .callSource)
        attempt = try fields.next()
        ordinal = try fields.next()
        retryCount = try fields.next()
        provider = try fields.next()
        dialect = foreign.value(of: try fields.next(), in: .dialect)
        endpoint = try fields.next()
        model = try fields.next()
        stream = try fields.next()
        method = try fields.next()
        path = try fields.next()
        client = try fields.next()
        keyDigest = try fields.next(Int64?.self).map { UInt64(bitPattern: $0) }
        userAgent = try fields.next()
    }

    fileprivate mutating func readEvidence(_ fields: inout RowFields) throws {
        scenarioTime = try fields.next()
        connection = try fields.next()
        httpProtocol = foreign.value(of: try fields.next(), in: .httpProtocol)
        traceID = try fields.next(String?.self).flatMap { TraceID($0) }
        idempotencyKey = try fields.next(Int64?.self).map { UInt64(bitPattern: $0) }
        invocation = try fields.next(Int64?.self).map { UInt64(bitPattern: $0) }
        // Journals from before it had a column have it in the trace.
        phase = try fields.next() ?? phase
        readPromises(try fields.next())
        shouldRetry = try fields.next()
        headSent = try fields.next()
        cachedTokens = try fields.next()
        cacheWriteTokens = try fields.next()
        thinkingTokens = try fields.next()
        hasFinishReason = try fields.next()
        promptDigest = try fields.next(Int64?.self).map { UInt64(bitPattern: $0) }
        readTools(results: try fields.next(), calls: try fields.next())
        userDigest = try fields.next(Int64?.self).map { UInt64(bitPattern: $0) }
        expected = try fields.next(Int64?.self).map { UInt64(bitPattern: $0) }
        firstToken = try fields.next()
    }

    fileprivate mutating func readAnswer(_ fields: inout RowFields) throws {
        rule = try fields.next()
        readFaults(try fields.next())
        cause = foreign.value(of: try fields.next(), in: .cause)
        category = foreign.value(of: try fields.next(), in: .category)
        retryable = try fields.next()
        retryAfter = try fields.next()
        plannedStatus = try fields.next()
        status = try fields.next()
        injected = try fields.next()
        plannedFirstByte = try fields.next()
        firstByte = try fields.next()
        plannedLastByte = try fields.next()
        lastByte = try fields.next()
        plannedBytes = try fields.next()
        bytesSent = try fields.next()
        bytesAcknowledged = try fields.next()
        ending = foreign.value(of: try fields.next(), in: .ending)
        clientLeft = try fields.next()
        promptTokens = try fields.next()
        completionTokens = try fields.next()
    }
}

/// The values of a row from left to right. A value of another kind than the schema's (the file
/// was edited by hand) is an error, not a trap.
private struct RowFields {
    let row: Row
    private var index = 0

    init(row: Row) {
        self.row = row
    }

    mutating func next<Value: DatabaseValueConvertible>(
        _ type: Value.Type = Value.self
    ) throws -> Value {
        defer { index += 1 }
        return try row.decode(Value.self, atIndex: index)
    }
}
