import BrownoutEngine
import BrownoutYAML

/// A rule and where it was written.
struct CheckedRule {
    var rule: Rule
    /// The rule's name, or its first line.
    var span: SourceSpan
}

extension ScenarioChecker {
    /// `ramps`: the chances of these rules are scaled, so none of them is certain to decide.
    mutating func rules(_ node: YAMLNode, ramps: Bool = false) -> [CheckedRule] {
        guard let items = node.items else {
            error("'rules' is a list, not \(node.description)", at: node.span)
            return []
        }
        let room = ScenarioLimits.rules - ruleCount
        ruleCount += items.count
        let count = ruleCount
        guard items.count <= room else {
            error(
                "\(count) rules are more than \(ScenarioLimits.rules)",
                at: items[max(room, 0)].span)
            return []
        }
        var checked: [CheckedRule] = []
        for item in items {
            guard let fields = fields(item, .rule) else { continue }
            let name = fields["name"].flatMap { self.name($0, as: "a name") }
            let span = fields["name"]?.span ?? fields.span
            if let name {
                if let line = ruleLines[name] {
                    error(
                        "rule name \(quoted(name)) is used twice", at: span,
                        note: "the first one is at line \(line)")
                } else {
                    ruleLines[name] = span.start.line
                }
            }
            if let rule = rule(fields, name: name ?? "") {
                checked.append(CheckedRule(rule: rule, span: span))
            }
        }
        if !ramps { refuseShadowed(checked) }
        return checked
    }

    /// Nil when anything in the rule is wrong.
    mutating func rule(_ fields: Fields, name: String) -> Rule? {
        let before = errorCount
        let when = fields["when"].flatMap { matcher($0) } ?? Matcher()
        ruleWhen = when
        let attempts = counts(fields["attempts"])
        let calls = counts(fields["calls"])
        let every = fields["every"].flatMap {
            integer($0, of: "every", in: 1...ScenarioLimits.largestCount)
        }
        let during = fields["during"].flatMap {
            value($0, .during) { text throws(GrammarError) in
                try DurationValue.readStretch(text)
            }
        }
        let chance = fields["chance"].flatMap { self.chance($0) } ?? .always
        let also = fields["also"].flatMap { boolean($0, of: "also") } ?? false
        // A temporary rule has no such key: it is not the scenario's.
        let optional = fields.kind == .rule ? fields["optional"] : nil
        let isOptional = optional.flatMap { boolean($0, of: "optional") } ?? false
        let action = action(fields)
        guard let action, errorCount == before else { return nil }
        if chance == .never, let node = fields["chance"] {
            warning("rule \(quoted(name)) never fires: its chance is 0", at: node.span)
        }
        var rule = Rule(
            name: name, when: when, attempts: attempts, calls: calls, every: every,
            during: during, chance: chance, also: also, action: action)
        rule.isOptional = isOptional
        checkAtAccept(rule, fields)
        checkProtocol(rule, fields)
        return errorCount == before ? rule : nil
    }

    private mutating func counts(_ node: YAMLNode?) -> [CountRange] {
        guard let node else { return [] }
        var ranges: [CountRange] = []
        for item in oneOrMany(node) {
            if let range = count(item) { ranges.append(range) }
        }
        return ranges
    }

    mutating func count(_ node: YAMLNode) -> CountRange? {
        value(node, .count) { text throws(GrammarError) in try DurationValue.readCount(text) }
    }

    private mutating func chance(_ node: YAMLNode) -> Chance? {
        value(node, .chance) { text throws(GrammarError) in try ChanceValue.read(text) }
    }

    // MARK: What a rule does

    private mutating func action(_ fields: Fields) -> RuleAction? {
        let effects = KeyTable.effects
        let choices = fields.names.filter { $0 == "one-of" || $0 == "sequence" }
        if choices.count == 2 {
            error(
                "'one-of' and 'sequence' exclude each other",
                at: fields.key(choices[1])?.span ?? fields.span)
            return nil
        }
        if let choice = choices.first {
            if let extra = fields.first(of: effects) {
                error(
                    "'\(extra.text ?? "")' cannot stand beside '\(choice)'", at: extra.span,
                    note: choice == "one-of"
                        ? "give it to the branches, or to a rule before this one with 'also: true'"
                        : "give it to the steps, or to a rule before this one with 'also: true'")
            }
            guard let node = fields[choice] else { return nil }
            return choice == "one-of" ? oneOf(node) : sequence(node)
        }
        guard effects.contains(where: fields.has) else {
            if !fields.hasUnknownKeys {
                error(
                    "the rule does nothing", at: fields.span,
                    note: "it needs one of: "
                        + KeyTable.rule.needsOneOf.joined(separator: ", "))
            }
            return nil
        }
        return effect(fields).map(RuleAction.effect)
    }

    private mutating func oneOf(_ node: YAMLNode) -> RuleAction? {
        guard let items = list(node, of: "one-of") else { return nil }
        var branches: [RuleAction.Branch] = []
        var sum: Chance? = .never
        for item in items {
            guard let fields = fields(item, .branch) else { continue }
            let chance = fields["chance"].flatMap { self.chance($0) }
            if let chance, let node = fields["chance"] {
                sum = sum.flatMap { add(chance, to: $0, at: node) }
            }
            if let effect = effect(fields) {
                branches.append(.init(chance: chance ?? .never, effect: effect))
            }
        }
        return .oneOf(branches)
    }

    /// The sum with one more branch; nil, reported, when it is more than 1 or not exact.
    private mutating func add(_ chance: Chance, to sum: Chance, at node: YAMLNode) -> Chance? {
        switch ChanceSum(sum, adding: chance) {
        case .fits(let total): return total
        case .exceedsOne:
            error(
                "the branches add up to more than 100%: \(chance.written) after \(sum.written)",
                at: node.span, note: "one draw picks a branch, so their chances share 100%")
        case .tooFine:
            error(
                "the sum of the branches is too fine to be exact: \(chance.written) after "
                    + sum.written, at: node.span, note: "use percentages with fewer digits")
        }
        return nil
    }

    private mutating func sequence(_ node: YAMLNode) -> RuleAction? {
        if node.items != nil {
            return steps(node, of: "sequence").map {
                .sequence(RuleSequence(order: .attempt, steps: $0))
            }
        }
        guard node.entries != nil else {
            error(
                "'sequence' is a list of steps, not \(node.description)", at: node.span,
                note: "for example: sequence: [rate-limited, overloaded, ok]")
            return nil
        }
        guard let fields = fields(node, .sequence) else { return nil }
        var order = RuleSequence.Order.attempt
        if let node = fields["by"] { order = word(node, as: "an order") ?? .attempt }
        let then = fields["then"].map { step($0) }
        guard let steps = fields["steps"].flatMap({ steps($0, of: "steps") }) else { return nil }
        return .sequence(RuleSequence(order: order, steps: steps, then: then ?? nil))
    }

    private mutating func steps(_ node: YAMLNode, of key: String) -> [Effect]? {
        guard let items = list(node, of: key) else { return nil }
        var steps: [Effect] = []
        for item in items { steps.append(step(item) ?? .ok) }
        return steps
    }

    private mutating func step(_ node: YAMLNode) -> Effect? {
        if node.entries != nil {
            return fields(node, .step).flatMap { effect($0) }
        }
        guard let text = scalar(node, as: "a step") else { return nil }
        if text == Word.ok { return .ok }
        return faultWord(text, at: node.span, as: "a step").map { Effect(fault: $0) }
    }

    // MARK: Effects

    /// The effect of a rule, a step or a branch; nil when something in it is wrong.
    private mutating func effect(_ fields: Fields) -> Effect? {
        let before = errorCount
        var effect = Effect()
        if let node = fields["fault"] { effect.fault = fault(node) }
        if let node = fields["reply"] { effect.reply = reply(node) }
        if let node = fields["latency"] { effect.latency = latencyPlan(node) }
        if fields.kind != .rule, fields.kind != .temporaryRule {
            let own = KeyTable.fault.names.filter(fields.has)
            if let key = fields.first(of: own) {
                if fields.has("fault") {
                    error(
                        "'\(key.text ?? "")' stands beside 'fault'", at: key.span,
                        note: "write it inside 'fault', or leave 'fault' out")
                } else {
                    effect.fault = faultFields(fields)
                }
            } else if !KeyTable.effects.contains(where: fields.has),
                !fields.hasUnknownKeys
            {
                doesNothing(fields)
            }
        }
        guard errorCount == before else { return nil }
        checkSense(of: effect, fields)
        return errorCount == before ? effect : nil
    }

    private mutating func doesNothing(_ fields: Fields) {
        error(
            "\(fields.kind.table.place) without an effect", at: fields.span,
            allowed: fields.kind.table.names.filter { $0 != "chance" && $0 != "at" },
            note: fields.kind == .step ? "a step in which nothing happens is written 'ok'" : nil)
    }
}
