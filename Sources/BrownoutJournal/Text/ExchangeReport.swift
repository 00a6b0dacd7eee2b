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
        addDecision()
        addAnswer()
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
        add("started", UTCTime(microseconds: record.startedAt).text(digits: 6))
        add("request", "\(record.method) \(record.path)")
        add("provider", "\(record.provider)/\(record.endpoint), dialect \(record.dialectWord)")
        add("model", record.model + (record.stream ? " (stream)" : ""))
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
        add("client", record.client + (record.userAgent.isEmpty ? "" : ", \(record.userAgent)"))
    }

    private mutating func addDecision() {
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
        let injected = record.injected.map { $0 ? "yes" : "no, it was not reached" }
        add("injected", injected ?? "-")
        add("status", pair(record.status, planned: record.plannedStatus))
        add("first byte", pair(time(record.firstByte), planned: time(record.plannedFirstByte)))
        add("last byte", pair(time(record.lastByte), planned: time(record.plannedLastByte)))
        add("bytes", pair(record.bytesSent, planned: record.plannedBytes))
        if let bytes = record.bytesAcknowledged { add("acknowledged", "\(bytes) bytes") }
        let left = time(record.clientLeft).map { ", the client left after \($0)" }
        add("ending", record.endingWord + (left ?? ""))
        if record.promptTokens != nil || record.completionTokens != nil {
            let prompt = record.promptTokens.map { String($0) } ?? "?"
            let completion = record.completionTokens.map { String($0) } ?? "?"
            add("tokens", "\(prompt) prompt, \(completion) completion")
        }
        if let source = record.sourceWord {
            add("source", [source, record.recording].compactMap { $0 }.joined(separator: ", "))
        }
        if let note = record.note { add("note", note) }
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
