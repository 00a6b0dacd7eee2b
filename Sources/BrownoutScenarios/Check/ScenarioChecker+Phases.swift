import BrownoutEngine
import BrownoutYAML

// The phases of a scenario.
extension ScenarioChecker {
    mutating func phases(_ node: YAMLNode, _ checked: inout CheckedScenario) {
        guard let items = list(node, of: "phases", atMost: ScenarioLimits.phases) else { return }
        var lines: [String: Int] = [:]
        for (index, item) in items.enumerated() {
            guard let fields = fields(item, .phase) else { continue }
            let name = fields["name"].flatMap { self.name($0, as: "a name") } ?? ""
            if let line = lines[name], let node = fields["name"] {
                error(
                    "phase name \(quoted(name)) is used twice", at: node.span,
                    note: "the first one is at line \(line)")
            }
            lines[name] = lines[name] ?? fields.span.start.line
            let isLast = index == items.count - 1
            let end = phaseEnd(fields, isLast: isLast, repeats: checked.scenario.phaseRepeat)
            let ramp = fields["ramp"].flatMap { node in
                value(node, .ramp) { text throws(GrammarError) in try PhaseValue.readRamp(text) }
            }
            let rules = fields["rules"].map { self.rules($0, ramps: ramp != nil) } ?? []
            checkRamp(fields, end, hasRules: !rules.isEmpty)
            checked.scenario.phases.append(
                Phase(name: name, end: end ?? .advanced, ramp: ramp, rules: rules.map(\.rule)))
            checked.phaseRuleSpans.append(rules.map(\.span))
        }
    }

    /// What ends a phase; nil when it is wrong or missing.
    private mutating func phaseEnd(
        _ fields: Fields, isLast: Bool, repeats: PhaseRepeat
    ) -> Phase.End? {
        let ends = fields.names.filter { ["for", "calls", "until"].contains($0) }
        if ends.count > 1 {
            error(
                "'\(ends[0])' and '\(ends[1])' exclude each other: one thing ends a phase",
                at: fields.key(ends[1])?.span ?? fields.span)
            return nil
        }
        switch ends.first {
        case "for":
            guard let node = fields["for"], let time = duration(node) else { return nil }
            if time < ScenarioLimits.shortestPhase {
                error(
                    "a phase lasts \(ScenarioLimits.shortestPhase.written) or longer",
                    at: node.span)
            }
            return .after(time)
        case "calls":
            return fields["calls"].flatMap {
                integer($0, of: "calls", in: 1...ScenarioLimits.largestCount)
            }.map { .calls($0) }
        case "until":
            guard let node = fields["until"], let text = scalar(node, as: "an end") else {
                return nil
            }
            if text != "advanced" {
                error(
                    "\(quoted(text)) does not end a phase", at: node.span,
                    nearest: NearestWord.nearest(to: text, among: ["advanced"]),
                    allowed: ["advanced"], note: "'for' takes a duration, 'calls' a number")
            }
            return .advanced
        default:
            if isLast, repeats == .times(1) { return .never }
            if !fields.hasUnknownKeys {
                error(
                    isLast ? "a phase that never ends is not repeated" : "the phase never ends",
                    at: fields.span, allowed: ["for: 60s", "calls: 20", "until: advanced"],
                    note: "only the last phase may go on for ever")
            }
            return nil
        }
    }

    private mutating func checkRamp(_ fields: Fields, _ end: Phase.End?, hasRules: Bool) {
        guard let key = fields.key("ramp") else { return }
        switch end {
        case .advanced?, .never?:
            error(
                "a ramp needs to know when the phase ends", at: key.span,
                allowed: ["for: 60s", "calls: 20"])
        case .calls(1)?:
            error("a ramp over one call has no slope", at: key.span)
        case .after?, .calls?, nil:
            if !hasRules, !fields.has("rules") {
                error("a ramp scales the phase's rules, and there are none", at: key.span)
            }
        }
    }
}
