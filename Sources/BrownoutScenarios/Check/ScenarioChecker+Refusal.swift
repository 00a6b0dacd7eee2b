import BrownoutEngine
import BrownoutYAML

// What a refusal answers: `refuse-with`.
extension ScenarioChecker {
    /// The answer of something that refuses requests for `cause`: the provider's own for it, with
    /// what the scenario puts in its place, or a reset.
    mutating func refusal(_ node: YAMLNode, for cause: Cause) -> Fault? {
        if node.entries == nil {
            guard let text = scalar(node, as: "an answer") else { return nil }
            if text == FaultKind.reset.name { return .cut(.reset, at: .start) }
            error(
                "\(quoted(text)) is not an answer", at: node.span,
                nearest: NearestWord.nearest(to: text, among: [FaultKind.reset.name]),
                allowed: [FaultKind.reset.name, "{status: 403}"])
            return nil
        }
        guard let fields = fields(node, .refusal) else { return nil }
        if fields.names.isEmpty, !fields.hasUnknownKeys {
            error("'refuse-with' is empty", at: node.span, allowed: KeyTable.refusal.names)
        }
        var override = AnswerOverride()
        var cause = cause
        if let node = fields["status"], let status: Int = integer(node, of: "status", in: 400...599)
        {
            override.status = status
            cause = Word.causeOfStatus[String(status)] ?? cause
        }
        if let node = fields["headers"] { override.headers = headerFields(node) }
        if let node = fields["body"] { override.body = body(node) }
        return .error(CauseFault(cause, override: override))
    }

    private mutating func body(_ node: YAMLNode) -> AnswerOverride.Body? {
        if node.entries != nil { return .json(json(node)) }
        if let text = node.text { return .text(text) }
        error("'body' is text or a mapping, not \(node.description)", at: node.span)
        return nil
    }

    private mutating func headerFields(_ node: YAMLNode) -> [HeaderField] {
        var fields: [HeaderField] = []
        for (key, value) in record(node, "headers", example: "headers: {x-reason: policy}") {
            guard let name = headerName(key), let text = scalar(value, as: "a header's value")
            else { continue }
            guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
                error("a header's value holds no control characters", at: value.span)
                continue
            }
            if ["content-length", "transfer-encoding", "connection"].contains(name) {
                error("'\(name)' frames the answer and cannot be given", at: key.span)
                continue
            }
            fields.append(HeaderField(name, text))
        }
        return fields
    }
}
