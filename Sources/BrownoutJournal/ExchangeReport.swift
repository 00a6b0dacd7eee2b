import BrownoutEngine
import BrownoutJSON

/// One exchange in full, for `journal show` and `explain`.
package struct ExchangeReport: Sendable {
    private let record: ExchangeRecord
    private let sequence: Int64
    private var lines: [String] = []

    package init(_ exchange: StoredExchange) {
        record = exchange.record
        sequence = exchange.sequence
        addQuestion()
        addDecision()
        addAnswer()
        add(body: "request body", record.requestBody, of: record.requestBodyBytes)
        add(body: "response body", record.responseBody, of: record.responseBodyBytes)
    }

    /// The report, ending in a line feed.
    package var text: String { lines.joined(separator: "\n") + "\n" }

    private mutating func addQuestion() {
        add("exchange", "\(record.idText)  (sequence \(sequence))")
        add("started", UTCTime(microseconds: record.startedAt).text(digits: 6))
        add("request", "\(record.method) \(record.path)")
        add("provider", "\(record.provider)/\(record.endpoint), dialect \(record.dialect)")
        add("model", record.model + (record.stream ? " (stream)" : ""))
        add("session", record.session)
        add("call", "\(record.callKey) (from \(record.callSource)), call \(record.ordinal)")
        let counted = record.retryCount.map { ", the client counts retry \($0)" } ?? ""
        add("attempt", "\(record.attempt)\(counted)")
        add("client", record.client + (record.userAgent.isEmpty ? "" : ", \(record.userAgent)"))
    }

    private mutating func addDecision() {
        add("rule", record.rule ?? "none fired")
        add("fault", record.fault ?? "none")
        let truth = [
            record.cause, record.category,
            record.retryable.map { $0 ? "retryable" : "not retryable" },
            record.retryAfter.map { "retry-after: \($0)" },
        ].compactMap { $0 }
        // A fault after which the answer goes on, such as a stall, leaves the client nothing to
        // categorise.
        if !truth.isEmpty { add("truth", truth.joined(separator: ", ")) }
        add(block: "trace", record.trace)
        add(block: "plan", record.plan)
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
        add("ending", record.ending + (left ?? ""))
        if record.promptTokens != nil || record.completionTokens != nil {
            let prompt = record.promptTokens.map { String($0) } ?? "?"
            let completion = record.completionTokens.map { String($0) } ?? "?"
            add("tokens", "\(prompt) prompt, \(completion) completion")
        }
        if let source = record.source {
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
