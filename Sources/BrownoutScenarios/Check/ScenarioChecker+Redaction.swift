import BrownoutEngine
import BrownoutRedaction
import BrownoutYAML

// What is not to be written.
extension ScenarioChecker {
    mutating func redactions(_ node: YAMLNode) -> [RedactionRule] {
        var rules: [RedactionRule] = []
        for item in list(node, of: "redact", atMost: ScenarioLimits.redactions) ?? [] {
            guard item.entries != nil else {
                if let rule = redaction(item, name: "pattern-\(rules.count + 1)") {
                    rules.append(rule)
                }
                continue
            }
            guard let fields = fields(item, .redaction) else { continue }
            let name = fields["name"].flatMap { self.name($0, as: "a name") }
            guard let pattern = fields["pattern"] else { continue }
            if let rule = redaction(pattern, name: name ?? "pattern-\(rules.count + 1)") {
                rules.append(rule)
            }
        }
        return rules
    }

    private mutating func redaction(_ node: YAMLNode, name: String) -> RedactionRule? {
        guard let text = scalar(node, as: "a regular expression") else { return nil }
        do throws(RedactionPatternError) {
            _ = try RedactionPattern(name: name, expression: text)
            return RedactionRule(name: name, expression: text)
        } catch {
            var span = node.span
            if case .scalar(_, .plain) = node.content, let offset = error.offset {
                span = span.dropping(offset)
            }
            self.error("pattern \(quoted(text)): \(error.message)", at: span)
            return nil
        }
    }
}
