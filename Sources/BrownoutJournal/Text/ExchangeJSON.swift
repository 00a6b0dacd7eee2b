import BrownoutEngine
package import BrownoutJSON
package import BrownoutRecords
import Foundation

extension StoredExchange {
    /// The record's JSON with its `sequence` in front.
    package func json(_ form: ExchangeRecord.JSONForm) -> JSON {
        .object(
            [JSONMember("sequence", .int64(sequence)), JSONMember("run", .int64(run))]
                + record.members(form))
    }

    /// What tells it from others of the same id.
    package var summary: JSON {
        [
            "sequence": .int64(sequence), "run": .int64(run),
            "started_at": .string(UTCTime(microseconds: record.startedAt).text(digits: 6)),
            "session": .string(record.session), "method": .string(record.method),
            "path": .string(record.path), "rule": .string(record.rule),
            "fault": .string(record.faultName), "status": .int(record.status),
            "ending": .string(record.endingWord),
        ]
    }
}

extension ExchangeRecord {
    /// How much of a record its JSON holds.
    package enum JSONForm: Sendable {
        /// Everything but the bodies.
        case metadata
        /// The bodies too: as text, or in base64 where they are not UTF-8.
        case whole
    }

    /// The record as a JSON object. Names are snake_case; those in `_us` are microseconds since
    /// `started_at`. What is unknown is null.
    package func json(_ form: JSONForm) -> JSON {
        .object(members(form))
    }

    /// Sixteen hexadecimal digits.
    package var idText: String { Self.hex(id) }

    fileprivate func members(_ form: JSONForm) -> [JSONMember] {
        var members = questionMembers + decisionMembers + answerMembers
        guard form == .whole else { return members }
        members.append(Self.body("request_body", requestBody))
        members.append(Self.body("response_body", responseBody))
        return members
    }

    private var questionMembers: [JSONMember] {
        [
            JSONMember("id", .string(idText)),
            JSONMember("started_at", .string(UTCTime(microseconds: startedAt).text(digits: 6))),
            JSONMember("scenario_time_us", .int64(scenarioTime)),
            JSONMember("session", .string(session)),
            JSONMember("call_key", .string(callKey)),
            JSONMember("call_source", .string(callSourceWord)),
            JSONMember("attempt", .int(attempt)),
            JSONMember("ordinal", .int(ordinal)),
            JSONMember("retry_count", .int(retryCount)),
            JSONMember("provider", .string(provider)),
            JSONMember("dialect", .string(dialectWord)),
            JSONMember("endpoint", .string(endpoint)),
            JSONMember("model", .string(model)),
            JSONMember("stream", .bool(stream)),
            JSONMember("method", .string(method)),
            JSONMember("path", .string(path)),
            JSONMember("client", .string(client)),
            JSONMember("connection", .int(connection)),
            JSONMember("protocol", .string(httpProtocolWord)),
            JSONMember("trace_id", .string(traceID?.text)),
            JSONMember("idempotency_digest", .string(idempotencyKey.map(Self.hex))),
            JSONMember("invocation_digest", .string(invocation.map(Self.hex))),
            JSONMember("prompt_digest", .string(promptDigest.map(Self.hex))),
            JSONMember("tool_results", Self.list(toolResultsText)),
            JSONMember("key_digest", .string(keyDigest.map(Self.hex))),
            JSONMember("user_digest", .string(userDigest.map(Self.hex))),
            JSONMember("expected", .string(expected.map { String($0, radix: 2) })),
            JSONMember("user_agent", .string(userAgent)),
        ]
    }

    private var decisionMembers: [JSONMember] {
        [
            JSONMember("phase", .string(phase)),
            JSONMember("rule", .string(rule)),
            JSONMember("fault", .string(faultName)),
            JSONMember("cause", .string(causeWord)),
            JSONMember("category", .string(categoryWord)),
            JSONMember("retryable", .bool(retryable)),
            JSONMember("retry_after", .string(retryAfter)),
            JSONMember("promises", Self.list(promisesText)),
            JSONMember("should_retry", .bool(shouldRetry)),
            JSONMember("trace", Self.parsed(traceText)),
            JSONMember("plan", Self.parsed(planText)),
        ]
    }

    private var answerMembers: [JSONMember] {
        [
            JSONMember("planned_status", .int(plannedStatus)),
            JSONMember("status", .int(status)),
            JSONMember("injected", .bool(injected)),
            JSONMember("planned_first_byte_us", .int64(plannedFirstByte)),
            JSONMember("first_byte_us", .int64(firstByte)),
            JSONMember("head_sent_us", .int64(headSent)),
            JSONMember("first_token_us", .int64(firstToken)),
            JSONMember("planned_last_byte_us", .int64(plannedLastByte)),
            JSONMember("last_byte_us", .int64(lastByte)),
            JSONMember("planned_bytes", .int(plannedBytes)),
            JSONMember("bytes_sent", .int(bytesSent)),
            JSONMember("bytes_acknowledged", .int(bytesAcknowledged)),
            JSONMember("ending", .string(endingWord)),
            JSONMember("client_left_us", .int64(clientLeft)),
            JSONMember("prompt_tokens", .int(promptTokens)),
            JSONMember("completion_tokens", .int(completionTokens)),
            JSONMember("cached_tokens", .int(cachedTokens)),
            JSONMember("cache_write_tokens", .int(cacheWriteTokens)),
            JSONMember("thinking_tokens", .int(thinkingTokens)),
            JSONMember("finish_reason_sent", .bool(hasFinishReason)),
            JSONMember("tool_calls", Self.parsed(toolCallsText)),
            JSONMember("source", .string(sourceWord)),
            JSONMember("recording", .string(recording)),
            JSONMember("request_id", .string(requestID)),
            JSONMember("cf_ray", .string(ray)),
            JSONMember("note", .string(note)),
            JSONMember("request_bytes", .int(requestBodyBytes)),
            JSONMember("response_bytes", .int(responseBodyBytes)),
        ]
    }

    /// JSON text becomes the value it is; other text stays text.
    private static func parsed(_ text: String) -> JSON {
        guard let first = text.utf8.first, first == UInt8(ascii: "{") || first == UInt8(ascii: "["),
            let value = try? JSON.parse(text)
        else { return text.isEmpty ? .null : .string(text) }
        return value
    }

    /// The same of a list, which may be empty.
    private static func list(_ text: String) -> JSON { text.isEmpty ? .array([]) : parsed(text) }

    private static func body(_ name: String, _ bytes: [UInt8]) -> JSONMember {
        if let text = String(validating: bytes, as: UTF8.self) {
            return JSONMember(name, .string(text))
        }
        return JSONMember(name + "_base64", .string(Data(bytes).base64EncodedString()))
    }

    private static func hex(_ word: UInt64) -> String {
        let digits = String(word, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

extension JSON {
    fileprivate static func string(_ value: String?) -> JSON { value.map { .string($0) } ?? .null }
    fileprivate static func bool(_ value: Bool?) -> JSON { value.map { .bool($0) } ?? .null }
    fileprivate static func int(_ value: Int?) -> JSON {
        value.map { .number(JSONNumber($0)) } ?? .null
    }
    fileprivate static func int64(_ value: Int64?) -> JSON {
        value.map { .number(JSONNumber(text: String($0))) } ?? .null
    }
}
