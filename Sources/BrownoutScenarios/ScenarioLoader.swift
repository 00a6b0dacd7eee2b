package import BrownoutEngine
package import BrownoutYAML

/// A scenario that was read and found right.
package struct LoadedScenario: Sendable {
    /// What the text means, checked: an engine can be put under it as it is.
    package var scenario: Scenario
    /// The file's name, as it was given.
    package var file: String
    /// What was read.
    package var text: String
    /// Whether the text says what the seed is.
    package var namesSeed: Bool
    /// Where each rule was written (its name), in the order of the scenario's rules.
    package var ruleSpans: [SourceSpan]
    /// The same for the rules of each phase.
    package var phaseRuleSpans: [[SourceSpan]]
    /// The same for its limits.
    package var limitSpans: [SourceSpan]
    /// What is allowed but looks like a mistake.
    package var warnings: [SourceDiagnostic]
}

/// A temporary rule that was read and found right.
package struct LoadedRule: Sendable {
    /// The rule, checked; where its text gives no name, it has the one it was read with.
    package var rule: Rule
    /// How long it is to hold.
    package var timeToLive: Duration
    /// The session it is for; nil: every one.
    package var session: String?
    /// What is allowed but looks like a mistake.
    package var warnings: [SourceDiagnostic] = []
}

/// Reads scenarios.
package enum ScenarioLoader {
    /// The path that stands for standard input.
    package static let standardInput = "-"
    private static let nameOfStandardInput = "<stdin>"

    /// What diagnostics call the file at a path.
    package static func name(of path: String) -> String {
        path == standardInput ? nameOfStandardInput : path
    }

    /// Reads a file, or standard input. A text that is larger than ``ScenarioLimits/fileBytes`` is
    /// refused. With a `transport`, a fault that is not possible over it is an error.
    package static func load(
        path: String, over transport: Transport? = nil
    ) throws(SourceErrors) -> LoadedScenario {
        let isInput = path == standardInput
        let name = name(of: path)
        let bytes: [UInt8]
        do throws(FileProblem) {
            bytes =
                isInput
                ? try FileBytes.read(0, atMost: ScenarioLimits.fileBytes)
                : try FileBytes.read(path, atMost: ScenarioLimits.fileBytes)
        } catch {
            throw SourceErrors([
                SourceDiagnostic(file: name, span: nil, message: error.message)
            ])
        }
        return try load(name: name, bytes: bytes, over: transport)
    }

    /// Reads the text of a scenario; `name` is what diagnostics call it. One of a session cannot
    /// say anything about connections.
    package static func load(
        name: String, bytes: [UInt8], over transport: Transport? = nil, ofSession: Bool = false
    ) throws(SourceErrors) -> LoadedScenario {
        let ((checked, namesSeed), warnings) = try read(
            name, bytes, begins: "a scenario begins with 'scenario: ' and a name",
            with: ScenarioChecker(file: name, transport: transport, isOfSession: ofSession)
        ) { checker, root in
            (checker.scenario(root), root.entries?.contains { $0.key.text == "seed" } ?? false)
        }
        return LoadedScenario(
            scenario: checked.scenario, file: name, text: String(decoding: bytes, as: UTF8.self),
            namesSeed: namesSeed, ruleSpans: checked.ruleSpans,
            phaseRuleSpans: checked.phaseRuleSpans, limitSpans: checked.limitSpans,
            warnings: warnings)
    }

    /// Reads a rule that is put on top of the scenarios for a while; `unnamed` is its name when
    /// the text gives none. What these scenarios call their rules and providers is known to it.
    package static func temporaryRule(
        name: String, bytes: [UInt8], beside scenarios: [Scenario], unnamed: String,
        over transport: Transport? = nil
    ) throws(SourceErrors) -> LoadedRule {
        let (checked, warnings) = try read(
            name, bytes, begins: "for example: {fault: overloaded, ttl: 60s}",
            with: ScenarioChecker(file: name, transport: transport)
        ) { checker, root in
            checker.temporaryRule(root, beside: scenarios, unnamed: unnamed)
        }
        guard var rule = checked else { preconditionFailure("a rule is wrong without an error") }
        rule.warnings = warnings
        return rule
    }

    /// Reads what stands under `access`, alone; with `merging`, only the parts that are given
    /// change, and `null` takes one away.
    package static func access(
        name: String, bytes: [UInt8], merging base: Access? = nil
    ) throws(SourceErrors) -> (access: Access, warnings: [SourceDiagnostic]) {
        let (access, warnings) = try read(
            name, bytes, begins: "for example: {deny: [10.0.0.50]}"
        ) { checker, root in checker.access(root, merging: base) }
        return (access ?? Access(), warnings)
    }

    /// Reads a text into nodes and has them checked; `begins` is how such a text begins.
    static func read<Checked>(
        _ name: String, _ bytes: [UInt8], begins: String, with checker: ScenarioChecker? = nil,
        _ check: (inout ScenarioChecker, YAMLNode) -> Checked
    ) throws(SourceErrors) -> (Checked, warnings: [SourceDiagnostic]) {
        guard bytes.count <= ScenarioLimits.fileBytes else {
            throw SourceErrors([
                SourceDiagnostic(
                    file: name, span: nil,
                    message: FileProblem(largerThan: ScenarioLimits.fileBytes).message)
            ])
        }
        let document = try YAMLDocument(bytes, file: name, limits: .scenario)
        guard let root = document.root else {
            throw document.refusal(of: "the file is empty", note: begins)
        }
        var checker = checker ?? ScenarioChecker(file: name)
        let checked = check(&checker, root)
        var finished = document.errors(checker.diagnostics)
        finished.omitted += checker.omitted
        guard checker.errorCount == 0, !document.hasProblems else { throw finished }
        return (checked, finished.diagnostics)
    }
}
