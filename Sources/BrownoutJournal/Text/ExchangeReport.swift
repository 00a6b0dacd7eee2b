import BrownoutEngine
import BrownoutJSON
package import BrownoutRecords

/// One exchange in full, for `journal show` and `explain`.
package struct ExchangeReport: Sendable {
    private let record: ExchangeRecord
    private let sequence: Int64
    private let run: Int64?
    private var lines: [String] = []
    /// Exchanges of the same id that are named.
    private static let mostOthers = 20

    /// `others` have the same id, the newest first.
    package init(_ exchange: StoredExchange, others: [StoredExchange] = []) {
        record = exchange.record
        sequence = exchange.sequence
        run = exchange.run
        add(others)
        addQuestion()
        addCall()
        addDecision()
        addAnswer()
        addCost()
        addOrigin()
        add(body: "request body", record.requestBody, of: record.requestBodyBytes)
        add(body: "response body", record.responseBody, of: record.responseBodyBytes)
    }

    /// The report, ending in a line feed.
    package var text: String { lines.joined(separator: "\n") + "\n" }

    private mutating func add(_ others: [StoredExchange]) {
        if others.isEmpty { return }
        lines.append(
            "\(others.count + 1) exchanges have this id, as sessions and servers begin anew. This is "
                + "the newest; the others, by their sequence:")
        for other in others.prefix(ExchangeReport.mostOthers) {
            let time = UTCTime(microseconds: other.record.startedAt).text(digits: 3)
            let run = other.run.map { ", run \($0)" } ?? ""
            let status = other.record.status.map { "status \($0)" } ?? "no status"
            let why = other.record.why.isEmpty ? "no rule" : other.record.why
            lines.append("  \(other.sequence)  \(time)\(run), \(status), \(why)".printable)
        }
        if others.count > ExchangeReport.mostOthers {
            lines.append("  and \(others.count - ExchangeReport.mostOthers) older ones")
        }
        lines.append("")
    }

    private mutating func addQuestion() {
        let run = run.map { ", run \($0)" } ?? ""
        add("exchange", "\(record.idText)  (sequence \(sequence)\(run))")
        if let id = record.requestID { add("request id", id) }
        if let ray = record.ray { add("cf-ray", ray) }
        let elapsed = record.scenarioTime.map {
            ", \(DecisionText.text(.microseconds($0))) on the scenario's clock"
        }
        add("started", UTCTime(microseconds: record.startedAt).text(digits: 6) + (elapsed ?? ""))
        add("request", "\(record.method) \(record.path)")
        add("provider", "\(record.provider)/\(record.endpoint), dialect \(record.dialectWord)")
        add("model", record.model + (record.stream ? " (stream)" : ""))
        add("client", record.client + (record.userAgent.isEmpty ? "" : ", \(record.userAgent)"))
        let version = record.httpProtocolWord.map { "HTTP/\($0)" }
        let connection = [record.connection.map { String($0) }, version].compactMap { $0 }
        if !connection.isEmpty { add("connection", connection.joined(separator: ", ")) }
        if let digest = record.keyDigest { add("key digest", digest.hex) }
    }

    /// What the request belongs with.
    private mutating func addCall() {
        lines.append("")
        add("session", record.session)
        let place =
            record.ordinal > 0
            ? "call \(record.ordinal)" : "none of the session's: it asks no model for an answer"
        add("call", "\(record.callKey) (from \(record.callSourceWord)), \(place)")
        let counted = record.retryCount.map { ", the client counts retry \($0)" } ?? ""
        let doubt =
            record.isAttemptUncertain
            ? ", unless it is another call that says the same: the client does not count its "
                + "retries, and x-brownout-call or Idempotency-Key would tell calls apart" : ""
        add("attempt", "\(record.attempt)\(counted)\(doubt)")
        if let key = record.idempotencyKey { add("idempotency", "\(key.hex), digest of the key") }
        if let id = record.invocation { add("invocation", "\(id.hex), digest of the id") }
        if let trace = record.traceID { add("trace id", trace.text) }
        if let digest = record.userDigest { add("user digest", digest.hex) }
        if let digest = record.promptDigest { add("prompt digest", digest.hex) }
        add(
            list: "tool results",
            record.toolResults.map { "\($0.id), digest \($0.digest.hex)" },
            foreign: record.toolResultsText)
    }

    private mutating func addDecision() {
        lines.append("")
        if let phase = record.phase { add("phase", phase) }
        add("rule", record.rule ?? "none fired")
        add("fault", record.faultName ?? "none")
        let truth = [
            record.causeWord, record.categoryWord,
            record.retryable.map { $0 ? "retryable" : "not retryable" },
            record.retryAfter.map { "retry-after: \($0)" },
        ].compactMap { $0 }
        // A fault after which the answer goes on, such as a stall, leaves the client nothing to
        // categorise.
        if !truth.isEmpty { add("truth", truth.joined(separator: ", ")) }
        add(block: "trace", record.traceText)
        add(block: "plan", record.planText)
    }

    private mutating func addAnswer() {
        lines.append("")
        let injected = record.injected.map { $0 ? "yes" : "no, it was not reached" }
        add("injected", injected ?? "-")
        add("status", pair(record.status, planned: record.plannedStatus))
        add(list: "promises", record.promises.map(Self.line), foreign: record.promisesText)
        if let should = record.shouldRetry { add("should retry", should ? "yes" : "no") }
        add("first byte", pair(time(record.firstByte), planned: time(record.plannedFirstByte)))
        if let sent = time(record.headSent) { add("head sent", sent) }
        if let sent = time(record.firstToken) { add("first token", sent) }
        add("last byte", pair(time(record.lastByte), planned: time(record.plannedLastByte)))
        add("bytes", pair(record.bytesSent, planned: record.plannedBytes))
        if let bytes = record.bytesAcknowledged { add("acknowledged", "\(bytes) bytes") }
        let left = time(record.clientLeft).map { ", the client left after \($0)" }
        add("ending", record.endingWord + (left ?? ""))
        if let isSent = record.hasFinishReason {
            add("finish reason", isSent ? "went out" : "did not go out")
        }
    }

    /// What the answer costs and calls.
    private mutating func addCost() {
        if record.promptTokens != nil || record.completionTokens != nil {
            let prompt = Self.tokens(
                record.promptTokens, "prompt",
                [
                    (record.cachedTokens, "cached"),
                    (record.cacheWriteTokens, "written to the cache"),
                ])
            let completion = Self.tokens(
                record.completionTokens, "completion", [(record.thinkingTokens, "thinking")])
            add("tokens", "\(prompt), \(completion)")
        }
        add(
            list: "tool calls",
            (record.toolCalls ?? []).map { "\($0.name), \($0.id), digest \($0.digest.hex)" },
            foreign: record.toolCallsText)
    }

    private mutating func addOrigin() {
        if let source = record.sourceWord {
            add("source", [source, record.recording].compactMap { $0 }.joined(separator: ", "))
        }
        if let note = record.note { add("note", note) }
    }

    /// `11 prompt (5 cached)`; parts that there are none of are left out.
    private static func tokens(
        _ count: Int?, _ name: String, _ parts: [(count: Int?, name: String)]
    ) -> String {
        let parts = parts.compactMap { part in
            part.count.flatMap { $0 > 0 ? "\($0) \(part.name)" : nil }
        }
        let all = "\(count.map { String($0) } ?? "?") \(name)"
        return parts.isEmpty ? all : all + " (\(parts.joined(separator: ", ")))"
    }

    private static func line(_ promise: PromisedWait) -> String {
        switch promise.moment {
        case .after(let wait): "\(promise.field): \(DecisionText.text(wait)) after the head"
        case .at(let date): "\(promise.field): at \(UTCTime(microseconds: date).text(digits: 3))"
        case .garbage(let text): "\(promise.field): '\(text)', neither a wait nor a date"
        }
    }

    private func time(_ microseconds: Int64?) -> String? {
        microseconds.map { "\(ExchangeTable.milliseconds($0)) ms" }
    }

    private func pair(_ actual: Int?, planned: Int?) -> String {
        pair(actual.map { String($0) }, planned: planned.map { String($0) })
    }

    private func pair(_ actual: String?, planned: String?) -> String {
        switch (actual, planned) {
        case (nil, nil): "-"
        case (let actual?, nil): actual
        case (nil, let planned?): "none went out (planned \(planned))"
        case (let actual?, let planned?):
            actual == planned ? "\(actual), as planned" : "\(actual) (planned \(planned))"
        }
    }

    private mutating func add(_ name: String, _ value: String) {
        let space = String(repeating: " ", count: max(1, 14 - name.count))
        lines.append(name + space + value.printable)
    }

    /// An item a line; what another version wrote, as it stands.
    private mutating func add(list name: String, _ items: [String], foreign text: String) {
        if items.isEmpty {
            if text != "[]" { add(block: name, text) }
        } else {
            for (index, item) in items.enumerated() { add(index == 0 ? name : "", item) }
        }
    }

    /// JSON arrays are shown an item a line, other text line by line.
    private mutating func add(block name: String, _ text: String) {
        guard !text.isEmpty else { return }
        var parts = text.split(whereSeparator: \.isNewline).map(String.init)
        if text.utf8.first == UInt8(ascii: "["), let items = try? JSON.parse(text).arrayValue {
            parts = items.map { $0.stringValue ?? $0.text }
        }
        for (index, part) in parts.enumerated() { add(index == 0 ? name : "", part) }
    }

    private mutating func add(body name: String, _ bytes: [UInt8], of size: Int) {
        lines.append("")
        let kept = bytes.count == size ? "" : ", \(bytes.count) kept"
        lines.append("\(name): \(size) bytes\(kept)")
        guard !bytes.isEmpty else { return }
        let text = String(decoding: bytes, as: UTF8.self)
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            lines.append("  " + String(line).printable)
        }
    }
}
