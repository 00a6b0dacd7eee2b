import BrownoutEngine
import BrownoutYAML

// The provider's own errors.
extension ScenarioChecker {
    mutating func causeFault(_ fields: Fields) -> CauseFault? {
        guard let node = fields["cause"] else { return nil }
        let cause: Cause? = word(node, as: "a cause")
        var fault = CauseFault(cause ?? .serverError)
        if let node = fields["retry-after"] {
            if node.entries == nil {
                fault.retryAfter = retryAfter(node)
            } else if let form = promiseForm(node) {
                (fault.retryAfter, fault.isEnforced) = (form.said, form.isEnforced)
            }
        }
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

    /// A Retry-After in a form of its own: `{ms: 250ms}`, `{for: 2s, enforced: true}`.
    private mutating func promiseForm(_ node: YAMLNode) -> (said: RetryAfter, isEnforced: Bool)? {
        guard let fields = fields(node, .retryAfter) else { return nil }
        let isEnforced = fields["enforced"].flatMap { boolean($0, of: "enforced") } ?? false
        let forms = fields.names.filter { $0 != "enforced" }
        guard forms.count == 1, let name = forms.first else {
            if forms.count > 1 || !fields.hasUnknownKeys {
                error("'retry-after' takes one of: for, ms, http-date", at: node.span)
            }
            return nil
        }
        guard let time = fields[name].flatMap({ promisedTime($0) }) else { return nil }
        if name == "for" { return (.seconds(time), isEnforced) }
        if name == "ms" { return (.milliseconds(time), isEnforced) }
        if isEnforced {
            error(
                "'enforced' goes with 'for' or 'ms': a date has whole seconds alone",
                at: fields.key("enforced")?.span ?? node.span)
        }
        return (.httpDate(time), false)
    }

    private mutating func retryAfter(_ node: YAMLNode) -> RetryAfter? {
        guard let text = scalar(node, as: "a retry-after") else { return nil }
        if text == "absent" { return .absent }
        if text == "absurd" { return .absurd }
        if text == "garbage" { return .garbage }
        let words = ["absent", "absurd", "garbage"]
        guard text.utf8.contains(where: isDigit) else {
            error(
                "\(quoted(text)) is not a retry-after", at: node.span,
                nearest: NearestWord.nearest(to: text, among: words),
                allowed: ["2s"] + words
                    + ["{ms: 250ms}", "{http-date: 3s}", "{for: 2s, enforced: true}"])
            return nil
        }
        return promisedTime(node).map { .seconds($0) }
    }
}
