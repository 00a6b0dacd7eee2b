import BrownoutEngine
import BrownoutYAML

// A rule that comes alone, to be put on top of scenarios.
extension ScenarioChecker {
    /// Nil when anything in it is wrong.
    mutating func temporaryRule(
        _ root: YAMLNode, beside scenarios: [Scenario], unnamed: String
    ) -> LoadedRule? {
        for provider in scenarios.flatMap(\.providers) where !providers.contains(provider) {
            providers.append(provider)
        }
        guard let fields = fields(root, .temporaryRule) else { return nil }
        let before = errorCount
        let name = given(fields, "name").flatMap { self.name($0, as: "a name") }
        if let name, let node = fields["name"] { refuseName(name, of: scenarios, at: node) }
        let session = given(fields, "session").flatMap { self.session($0) }
        let time = given(fields, "ttl").map { timeToLive($0) } ?? ScenarioLimits.timeToLive
        guard let rule = rule(fields, name: name ?? unnamed), let time, errorCount == before else {
            return nil
        }
        return LoadedRule(rule: rule, timeToLive: time, session: session)
    }

    /// What stands under a key; `null`, which programs write for what they do not give, is nothing.
    private func given(_ fields: Fields, _ key: String) -> YAMLNode? {
        fields[key].flatMap { $0.content == .scalar("null", .plain) ? nil : $0 }
    }

    private mutating func refuseName(
        _ name: String, of scenarios: [Scenario], at node: YAMLNode
    ) {
        let owner = scenarios.first { scenario in
            (scenario.rules + scenario.phases.flatMap(\.rules)).contains { $0.name == name }
        }
        guard let owner else { return }
        error(
            "the scenario \(quoted(owner.name)) has a rule \(quoted(name)) already", at: node.span,
            note: "a rule's draws depend on its name, so a temporary one needs its own")
    }

    private mutating func session(_ node: YAMLNode) -> String? {
        guard let text = scalar(node, as: "a session's name") else { return nil }
        if SessionName.isName(text) { return text }
        error(
            "\(quoted(text)) cannot name a session", at: node.span,
            note: "a name is \(SessionName.rule)")
        return nil
    }

    private mutating func timeToLive(_ node: YAMLNode) -> Duration? {
        guard let time = duration(node) else { return nil }
        if time <= .zero || time > ScenarioLimits.longestTimeToLive {
            error("a temporary rule holds for more than 0s and 24h at most", at: node.span)
            return nil
        }
        return time
    }
}
