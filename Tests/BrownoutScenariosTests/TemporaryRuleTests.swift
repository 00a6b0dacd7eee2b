import BrownoutEngine
import BrownoutScenarios
import BrownoutYAML
import Foundation
import Testing

/// Rules that come alone. Every `BrokenRules/*.yaml` is refused with exactly the text of the
/// `.expected` beside it; `UPDATE_GOLDEN=1` writes the expectations anew, to be read.
@Suite struct TemporaryRuleTests {
    static let directory = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "BrokenRules")

    static let cases: [String] = {
        let files = try? FileManager.default.contentsOfDirectory(atPath: directory.path)
        return (files ?? []).filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }
            .sorted()
    }()

    private static let scenario = """
        scenario: beside
        providers: {backup: anthropic}
        phases:
          - {name: one, rules: [{name: in a phase, fault: reset}]}
        rules:
          - {name: taken, fault: overloaded}
        """

    private func load(
        _ text: String, file: String = "rule"
    ) throws -> LoadedRule {
        let scenario = try ScenarioLoader.load(
            name: "beside.yaml", bytes: [UInt8](Self.scenario.utf8)
        ).scenario
        return try ScenarioLoader.temporaryRule(
            name: file, bytes: [UInt8](text.utf8), beside: [scenario], unnamed: "temporary-1")
    }

    @Test(arguments: cases)
    func aBrokenRuleIsRefusedWithItsExpectedText(_ name: String) throws {
        let yaml = try String(
            contentsOf: Self.directory.appending(path: name + ".yaml"), encoding: .utf8)
        let expectation = Self.directory.appending(path: name + ".expected")
        var text = ""
        do {
            let loaded = try load(yaml, file: name + ".yaml")
            Issue.record("\(name) was accepted: \(loaded.rule)")
        } catch let error as SourceErrors {
            text = error.text
        }
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
            try Data(text.utf8).write(to: expectation)
        }
        let expected = try String(contentsOf: expectation, encoding: .utf8)
        #expect(text == expected)
    }

    @Test func aRuleOfAFaultAloneHoldsFiveMinutesForEverySession() throws {
        let loaded = try load("fault: overloaded")
        #expect(loaded.rule.name == "temporary-1")
        #expect(loaded.timeToLive == .seconds(300))
        #expect(loaded.session == nil)
        #expect(loaded.warnings == [])
    }

    @Test func aRuleMayBeJSONAndNullIsNothing() throws {
        let loaded = try load(
            #"{"name": null, "session": "a-1", "ttl": "1.5s", "fault": {"cause": "rate-limited"}}"#)
        #expect(loaded.rule.name == "temporary-1")
        #expect(loaded.session == "a-1")
        #expect(loaded.timeToLive == .milliseconds(1500))
        let bare = try load(#"{"session": null, "ttl": null, "fault": "reset"}"#)
        #expect(bare.session == nil)
    }

    @Test func aRuleKnowsTheProvidersOfTheScenarios() throws {
        let loaded = try load("when: {provider: backup}\nfault: overloaded\nname: mine")
        #expect(loaded.rule.when.provider.count == 1)
        #expect(loaded.rule.name == "mine")
    }

    @Test func aRuleThatNeverFiresIsTakenWithAWarning() throws {
        let loaded = try load("chance: 0\nfault: overloaded")
        #expect(loaded.warnings.count == 1)
    }
}
