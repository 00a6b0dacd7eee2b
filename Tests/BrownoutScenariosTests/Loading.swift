import BrownoutEngine
import BrownoutScenarios
import BrownoutYAML
import Testing

/// Loads a text that should be right; what is wrong is recorded with its diagnostics.
func load(
    _ text: String, sourceLocation: SourceLocation = #_sourceLocation
) throws -> LoadedScenario {
    do {
        return try ScenarioLoader.load(name: "test.yaml", bytes: [UInt8](text.utf8))
    } catch {
        Issue.record("refused:\n\(error.text)", sourceLocation: sourceLocation)
        throw error
    }
}

/// The one rule of a scenario, given its keys besides the name, a line each.
func rule(
    _ keys: String, sourceLocation: SourceLocation = #_sourceLocation
) throws -> Rule {
    let body = keys.split(separator: "\n").map { "    \($0)\n" }.joined()
    let loaded = try load(
        "scenario: test\nrules:\n  - name: a\n\(body)", sourceLocation: sourceLocation)
    return try #require(loaded.scenario.rules.first, sourceLocation: sourceLocation)
}

/// The effect of a rule without steps or branches.
func effect(
    _ keys: String, sourceLocation: SourceLocation = #_sourceLocation
) throws -> Effect {
    let rule = try rule(keys, sourceLocation: sourceLocation)
    guard case .effect(let effect) = rule.action else {
        Issue.record("not an effect: \(rule.action)", sourceLocation: sourceLocation)
        return .ok
    }
    return effect
}

func glob(_ text: String) throws -> Glob { try Glob(text) }
