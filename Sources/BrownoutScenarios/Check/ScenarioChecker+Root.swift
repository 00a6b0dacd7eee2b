import BrownoutEngine
import BrownoutYAML

/// What was read of a file, with places.
struct CheckedScenario {
    var scenario: Scenario
    /// Where each rule was written, in the order of the scenario's rules.
    var ruleSpans: [SourceSpan] = []
    /// The same for the rules of each phase.
    var phaseRuleSpans: [[SourceSpan]] = []
    /// The same for its limits.
    var limitSpans: [SourceSpan] = []
}

extension ScenarioChecker {
    /// The root of a file. The scenario is to be used only when no error was found.
    mutating func scenario(_ root: YAMLNode) -> CheckedScenario {
        guard root.entries != nil else {
            error(
                "a scenario is a mapping, not \(root.description)", at: root.span,
                note: "it begins with 'scenario: ' and a name")
            return CheckedScenario(scenario: Scenario(name: ""))
        }
        guard let fields = fields(root, .scenario) else {
            return CheckedScenario(scenario: Scenario(name: ""))
        }
        var scenario = Scenario(name: fields["scenario"].flatMap { name($0, as: "a name") } ?? "")
        if let node = fields["description"] {
            scenario.description = scalar(node, as: "text") ?? ""
        }
        if let node = fields["seed"] {
            scenario.seed = integer(node, of: "seed", in: 0...UInt64.max) ?? 0
        }
        if let node = fields["pace"] { scenario.pace = pace(node) }
        if let node = fields["reply"] { scenario.reply = reply(node) }
        if let node = fields["providers"] {
            scenario.providers = virtualProviders(node)
        }
        if let node = fields["redact"] { scenario.redact = redactions(node) }
        if let node = fields["source"] { scenario.source = source(node) }
        if let node = fields["models"] { scenario.models = models(node) }
        if let node = fields["access"] { scenario.access = access(node) }
        if let node = fields["keys"] { scenario.keys = keys(node) }
        if let node = fields["clock"] {
            scenario.clock =
                value(node, .clock) { text throws(GrammarError) in
                    try PhaseValue.readClock(text)
                } ?? .real
        }
        if let node = fields["created"], let time: CreatedTime = word(node, as: "a time") {
            scenario.created = time
        }
        var checked = CheckedScenario(scenario: scenario)
        if let node = fields["repeat"] {
            let rounds = value(node, .rounds) { text throws(GrammarError) in
                try PhaseValue.readRounds(text)
            }
            checked.scenario.phaseRepeat = rounds ?? .times(1)
            if rounds != nil, !fields.has("phases") {
                error("'repeat' needs 'phases'", at: fields.key("repeat")?.span ?? node.span)
            }
        }
        usualReply = scenario.reply
        if let node = fields["phases"] { phases(node, &checked) }
        if let node = fields["rules"] {
            let rules = rules(node)
            checked.scenario.rules = rules.map(\.rule)
            checked.ruleSpans = rules.map(\.span)
        }
        if let node = fields["limits"] { limits(node, &checked) }
        if let node = fields["expect"] {
            let names = checked.scenario.phases.map(\.name)
            // Where the phases are wrong, nobody knows their names.
            let isKnown = !names.isEmpty || !fields.has("phases")
            checked.scenario.expectations = expectations(node, phases: isKnown ? names : nil)
        }
        return checked
    }

    mutating func pace(_ node: YAMLNode) -> Pace {
        var pace = Pace()
        guard let fields = fields(node, .pace) else { return pace }
        if let node = fields["first-token"], let value = latency(node) { pace.firstToken = value }
        if let node = fields["between-tokens"], let value = latency(node) {
            pace.betweenTokens = value
        }
        return pace
    }

    private mutating func models(_ node: YAMLNode) -> [Glob] {
        let items = node.items == nil ? [node] : list(node, of: "models") ?? []
        var models: [Glob] = []
        for item in items {
            if let model = glob(item) { models.append(model) }
        }
        return models
    }

    // MARK: Providers

    private mutating func virtualProviders(_ node: YAMLNode) -> [VirtualProvider] {
        guard let entries = node.entries else {
            error(
                "'providers' is a mapping of names to dialects, not \(node.description)",
                at: node.span, note: "for example: providers: {backup: anthropic}")
            return []
        }
        guard entries.count <= ScenarioLimits.providers else {
            error(
                "\(entries.count) providers are more than \(ScenarioLimits.providers)",
                at: entries[ScenarioLimits.providers].key.span)
            return []
        }
        var declared: [VirtualProvider] = []
        for entry in entries {
            guard let name = entry.key.text else { continue }
            checkProviderName(name, at: entry.key.span)
            let dialect = dialect(entry.value, of: name)
            // A name with an error of its own still counts as declared, so that the rules which
            // use it are not reported too.
            let provider = VirtualProvider(name: name, dialect: dialect ?? DialectName.allCases[0])
            declared.append(provider)
            providers.append(provider)
        }
        return declared
    }

    private mutating func checkProviderName(_ name: String, at span: SourceSpan) {
        if Word.reservedProviders.contains(name) {
            let why =
                if Word.dialects.contains(name) {
                    "is a built-in provider and cannot be declared"
                } else if Word.laterDialects.contains(name) {
                    "is kept for a provider that is not yet supported, and cannot be declared"
                } else {
                    "cannot name a provider: it begins a path of Brownout's own"
                }
            error("'\(name)' \(why)", at: span)
            return
        }
        let isPlain = name.utf8.allSatisfy {
            isDigit($0) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
                || $0 == UInt8(ascii: "-")
        }
        if name.isEmpty || !isPlain {
            error(
                "\(quoted(name)) cannot name a provider", at: span,
                note: "a name is made of a-z, 0-9 and '-', because it is part of a path")
        }
    }

    private mutating func dialect(_ node: YAMLNode, of provider: String) -> DialectName? {
        if node.entries == nil {
            return word(node, as: "a dialect", later: Word.laterDialects)
        }
        guard let fields = fields(node, .provider), let node = fields["dialect"] else {
            return nil
        }
        return word(node, as: "a dialect", later: Word.laterDialects)
    }
}
