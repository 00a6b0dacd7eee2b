import BrownoutEngine
import BrownoutYAML

// The provider's own errors.
extension ScenarioChecker {
    mutating func causeFault(_ fields: Fields) -> CauseFault? {
        guard let node = fields["cause"] else { return nil }
        let cause: Cause? = word(node, as: "a cause")
        var fault = CauseFault(cause ?? .serverError)
        if let node = fields["retry-after"] { fault.retryAfter = retryAfter(node) }
        if let node = fields["should-retry"] {
            fault.shouldRetry = boolean(node, of: "should-retry")
        }
        if let node = fields["message"] { fault.message = scalar(node, as: "text") }
        if let node = fields["limit"] {
            fault.countsTokens = countsTokens(node)
            if let cause, cause != .rateLimited {
                error(
                    "'limit' belongs to 'rate-limited', not to '\(cause.rawValue)'",
                    at: fields.key("limit")?.span ?? node.span)
            }
        }
        return cause == nil ? nil : fault
    }

    private mutating func countsTokens(_ node: YAMLNode) -> Bool {
        guard let text = scalar(node, as: "a limit") else { return false }
        let words = ["requests", "tokens"]
        if !words.contains(text) {
            error(
                "\(quoted(text)) is not a limit", at: node.span,
                nearest: NearestWord.nearest(to: text, among: words), allowed: words)
        }
        return text == "tokens"
    }

    private mutating func retryAfter(_ node: YAMLNode) -> RetryAfter? {
        if node.entries != nil {
            guard let fields = fields(node, .retryAfter) else { return nil }
            guard fields.names.count == 1, let name = fields.names.first else {
                if fields.names.count > 1 || node.entries?.isEmpty == true {
                    error("'retry-after' takes one of: ms, http-date", at: node.span)
                }
                return nil
            }
            guard let time = fields[name].flatMap({ promisedTime($0) }) else { return nil }
            return name == "ms" ? .milliseconds(time) : .httpDate(time)
        }
        guard let text = scalar(node, as: "a retry-after") else { return nil }
        if text == "absent" { return .absent }
        if text == "absurd" { return .absurd }
        if text == "garbage" { return .garbage }
        let words = ["absent", "absurd", "garbage"]
        guard text.utf8.contains(where: isDigit) else {
            error(
                "\(quoted(text)) is not a retry-after", at: node.span,
                nearest: NearestWord.nearest(to: text, among: words),
                allowed: ["2s"] + words + ["{ms: 250ms}", "{http-date: 3s}"])
            return nil
        }
        return promisedTime(node).map { .seconds($0) }
    }
}
