import BrownoutEngine
import BrownoutYAML

// What a scenario expects of the client: `expect`.
extension ScenarioChecker {
    /// `phases`: the names of the scenario's phases; nil where they could not be read.
    mutating func expectations(_ node: YAMLNode, phases: [String]?) -> [ExpectationBlock] {
        let items =
            node.items == nil
            ? [node] : list(node, of: "expect", atMost: ScenarioLimits.expectations) ?? []
        // Where what holds for the whole run was said: it is said once.
        var lines: [String: Int] = [:]
        var blocks: [ExpectationBlock] = []
        for item in items {
            guard let fields = fields(item, .expect) else { continue }
            blocks.append(block(fields, phases: phases, &lines))
        }
        return blocks
    }

    private mutating func block(
        _ fields: Fields, phases: [String]?, _ lines: inout [String: Int]
    ) -> ExpectationBlock {
        let when = fields["when"].flatMap { matcher($0) } ?? Matcher()
        let phase = fields["phase"].flatMap { self.phase($0, among: phases) }
        let severity: ExpectationBlock.Severity? = fields["severity"].flatMap {
            word($0, as: "what a failed expectation is")
        }
        if fields.first(of: KeyTable.expect.needsOneOf) == nil, !fields.hasUnknownKeys {
            error(
                "nothing is expected", at: fields.span,
                note: "'expect' needs one of: "
                    + KeyTable.expect.needsOneOf.joined(separator: ", "))
        }
        var expectations: [Expectation] = []
        for name in fields.names {
            guard let node = fields[name], let key = fields.key(name) else { continue }
            expectations += self.expectations(name, node, at: key)
        }
        refuseContradiction(expectations, fields)
        return ExpectationBlock(
            when: when, phase: phase, severity: severity ?? .error, expectations: expectations,
            scorecard: scorecard(fields, &lines), windows: windows(fields, &lines))
    }

    private mutating func phase(_ node: YAMLNode, among phases: [String]?) -> String? {
        guard let text = name(node, as: "a phase's name"), let phases else { return nil }
        if phases.contains(text) { return text }
        error(
            "there is no phase \(quoted(text))", at: node.span,
            nearest: NearestWord.nearest(to: text, among: phases), allowed: phases,
            note: phases.isEmpty ? "the scenario has no 'phases'" : nil)
        return nil
    }

    /// What stands under one key of the mapping; nothing for the keys that expect nothing.
    private mutating func expectations(
        _ name: String, _ node: YAMLNode, at key: YAMLNode
    ) -> [Expectation] {
        switch name {
        case "calls":
            return comparisons(node, .expectedCalls, of: name, Expectation.Want.calls)
        case "attempts":
            return comparisons(node, .expectedAttempts, of: name, Expectation.Want.attempts)
        case "breaker":
            return comparisons(node, .breaker, of: name, Expectation.Want.breaker)
        case "latency":
            return comparisons(node, .quantiles, of: name, Expectation.Want.latency)
        case "first-token":
            return comparisons(node, .quantiles, of: name, Expectation.Want.firstToken)
        case "categories":
            return comparisons(node, .categories, of: name) {
                (_: Accuracy, comparison: Comparison) in
                .accuracy(comparison)
            }
        case "cost":
            return comparisons(node, .cost, of: name) { (_: Money, comparison: Comparison) in
                .wasted(comparison)
            }
        case "backoff": return backoff(node)
        default: break
        }
        let want: (String, Expectation.Want)? =
            switch name {
            case "retry-after": promises(node)
            case "not-retried": causes(node).map { ($0.written, .notRetried($0)) }
            case "retried": causes(node).map { ($0.written, .retried($0)) }
            case "fallback": fallback(node)
            case "split": split(node)
            case "sticky": sticky(node)
            default: nil
            }
        return want.map { [expectation(name, $0.0, at: key, $0.1)] } ?? []
    }

    /// What is expected as it is said in output, at the line of its key.
    private func expectation(
        _ path: String, _ wanted: String, at key: YAMLNode, _ want: Expectation.Want
    ) -> Expectation {
        Expectation(path: path, wanted: wanted, line: key.span.start.line, want: want)
    }

    // MARK: Comparisons

    /// The one thing that is expected of categories.
    private enum Accuracy: String, CaseIterable {
        case accuracy
    }

    /// The one thing that is expected of money.
    private enum Money: String, CaseIterable {
        case wasted
    }

    /// A mapping whose keys each have a comparison of the grammar that their table names.
    private mutating func comparisons<Key: RawRepresentable<String>>(
        _ node: YAMLNode, _ kind: MappingKind, of path: String,
        _ want: (Key, Comparison) -> Expectation.Want
    ) -> [Expectation] {
        guard let fields = filledFields(node, kind, of: path) else { return [] }
        var expectations: [Expectation] = []
        for name in fields.names {
            guard let what = Key(rawValue: name), let node = fields[name],
                let key = fields.key(name),
                case .grammar(let grammar)? = kind.table.key(name)?.shape
            else { continue }
            let path = "\(path).\(name)"
            guard let comparison = comparison(node, grammar, of: path) else { continue }
            let wanted = trimmed(node.text ?? "")
            expectations.append(expectation(path, wanted, at: key, want(what, comparison)))
        }
        return expectations
    }

    private mutating func comparison(
        _ node: YAMLNode, _ grammar: Grammar, of path: String
    ) -> Comparison? {
        let usual: Comparison.Relation =
            switch path {
            case "calls.succeeded", "categories.accuracy": .atLeast
            case "calls.total": .equal
            default: .atMost
            }
        // There is no call without an attempt, and no breaker opens before a failure.
        let fromOne = ["attempts.per-call", "attempts.amplification", "breaker.opens-after"]
        let least: UInt64 = fromOne.contains(path) ? 1 : 0
        let comparison = value(node, grammar) { text throws(GrammarError) in
            try ComparisonValue.read(text, grammar, usual: usual, least: least)
        }
        if let comparison, ComparisonValue.isCertain(comparison, least: least) {
            warning("'\(path)' holds whatever happens", at: node.span)
        }
        return comparison
    }

    /// The keys of a mapping that must have one.
    mutating func filledFields(
        _ node: YAMLNode, _ kind: MappingKind, of path: String
    ) -> Fields? {
        guard node.entries != nil else {
            error(
                "'\(path)' is a mapping, not \(node.description)", at: node.span,
                allowed: kind.table.names.map { $0 + ": …" })
            return nil
        }
        guard let fields = fields(node, kind) else { return nil }
        if fields.names.isEmpty, !fields.hasUnknownKeys, !kind.table.needsOneOf.isEmpty {
            error("'\(path)' is empty", at: node.span, allowed: kind.table.names)
        }
        return fields
    }

    // MARK: The whole run

    private mutating func scorecard(
        _ fields: Fields, _ lines: inout [String: Int]
    ) -> [ExpectationBlock.Override] {
        guard let node = fields["scorecard"] else { return [] }
        warnOfWholeRun("scorecard", fields)
        guard let rules = filledFields(node, .scorecard, of: "scorecard") else { return [] }
        var overrides: [ExpectationBlock.Override] = []
        for name in rules.names {
            guard let rule = VerdictRule(rawValue: name), let node = rules[name] else { continue }
            say(name, once: rules.key(name) ?? node, &lines)
            let severity: VerdictRule.Severity? = word(node, as: "what a failed rule is")
            if let severity { overrides.append(.init(rule, severity)) }
        }
        return overrides
    }

    private mutating func windows(
        _ fields: Fields, _ lines: inout [String: Int]
    ) -> VerdictWindows.Overrides {
        var windows = VerdictWindows.Overrides()
        for window in VerdictWindows.Name.allCases {
            let name = window.rawValue
            guard let node = fields[name] else { continue }
            warnOfWholeRun(name, fields)
            say(name, once: fields.key(name) ?? node, &lines)
            windows[window] = duration(node)
            if windows[window] == .zero { error("'\(name)' is longer than 0s", at: node.span) }
        }
        return windows
    }

    private mutating func say(
        _ name: String, once key: YAMLNode, _ lines: inout [String: Int]
    ) {
        if let line = lines[name] {
            error(
                "'\(name)' is said twice", at: key.span,
                note: "it holds for the whole run, and the first one is at line \(line)")
        } else {
            lines[name] = key.span.start.line
        }
    }

    private mutating func warnOfWholeRun(_ name: String, _ fields: Fields) {
        guard let key = fields.key(name), let scope = fields.first(of: ["when", "phase"]) else {
            return
        }
        warning(
            "'\(name)' holds for the whole run, whatever '\(scope.text ?? "")' says",
            at: key.span)
    }
}
