import BrownoutJSON

/// A status as traces have it: a number, a text, or an object of a number and a reason.
struct TraceStatus: Equatable {
    var code: Int
    var reason = ""

    init(code: Int) {
        self.code = code
    }

    /// Nil for what is no status from 100 to 599.
    init?(_ value: JSON) {
        if value.objectValue != nil {
            let codes = ["code", "status_code", "statusCode", "status"].compactMap { value[$0] }
            guard let first = codes.first, first.objectValue == nil,
                let status = TraceStatus(first)
            else { return nil }
            let reasons = ["message", "reason", "reason_phrase", "phrase", "text"]
            code = status.code
            reason = reasons.lazy.compactMap { value[$0]?.stringValue }.first ?? status.reason
            return
        }
        // `429`, `"429"`, `"429 Too Many Requests"`.
        let text = value.stringValue ?? (value.doubleValue.map { "\(Int(exactly: $0) ?? 0)" } ?? "")
        let parts = text.split(separator: " ", maxSplits: 1)
        guard let first = parts.first, let number = Int(first), (100...599).contains(number) else {
            return nil
        }
        code = number
        if parts.count == 2 { reason = String(parts[1]) }
    }

    /// Whether a trace's own status is a word for how the call went, and no status of HTTP: one
    /// for a failure only where an `error` beside it says the same.
    static func isWord(_ text: String?, withError: Bool) -> Bool {
        guard let text = text?.lowercased() else { return false }
        let good = ["ok", "success", "successful", "succeeded", "completed", "complete", "done"]
        return good.contains(text) || (withError && ["error", "failed", "failure"].contains(text))
    }
}
