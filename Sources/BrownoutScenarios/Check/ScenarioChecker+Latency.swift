import BrownoutEngine
import BrownoutYAML

extension ScenarioChecker {
    /// The waits of an answer: one before the headers, or a mapping.
    mutating func latencyPlan(_ node: YAMLNode) -> LatencyPlan? {
        guard node.entries != nil else {
            return latency(node).map { LatencyPlan(beforeHeaders: $0) }
        }
        guard let fields = fields(node, .latency) else { return nil }
        if fields.names.isEmpty, !fields.hasUnknownKeys {
            error("'latency' is empty", at: node.span, allowed: KeyTable.latency.names)
        }
        let plan = LatencyPlan(
            beforeHeaders: fields["before-headers"].flatMap { latency($0) },
            firstToken: fields["first-token"].flatMap { latency($0) },
            betweenTokens: fields["between-tokens"].flatMap { latency($0) },
            whole: fields["whole"].flatMap { latency($0) },
            perInputToken: fields["per-input-token"].flatMap { latency($0) },
            perRequestInFlight: fields["per-request-in-flight"].flatMap { latency($0) })
        checkWhole(plan, fields)
        return plan
    }

    private mutating func checkWhole(_ plan: LatencyPlan, _ fields: Fields) {
        guard let key = fields.key("whole") else { return }
        if let other = fields.first(of: ["first-token", "between-tokens"]) {
            error(
                "'whole' and '\(other.text ?? "")' exclude each other", at: other.span,
                note: "'whole' spreads the tokens over its time, whatever they are")
        }
        if case .constant(let whole)? = plan.whole,
            case .constant(let before)? = plan.beforeHeaders,
            before > whole
        {
            error(
                "the head would come later ('before-headers') than the last byte ('whole')",
                at: key.span)
        }
    }
}
