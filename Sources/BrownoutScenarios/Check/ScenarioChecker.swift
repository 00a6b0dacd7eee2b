import BrownoutEngine
import BrownoutYAML

/// Turns nodes into a scenario and gathers everything that is wrong on the way. A value that
/// cannot be read becomes nil and the reading goes on, so that one run shows all errors.
struct ScenarioChecker {
    let file: String
    private(set) var diagnostics: [SourceDiagnostic] = []
    private(set) var errorCount = 0
    private var warningCount = 0
    /// Errors found after so many that nobody will read them.
    private(set) var omitted = 0
    /// Every provider a request can name, with its dialect.
    var providers: [VirtualProvider] = DialectName.allCases.map {
        VirtualProvider(name: $0.rawValue, dialect: $0)
    }

    /// The lines of the rules so far, by name: a name is used once in a file.
    var ruleLines: [String: Int] = [:]
    var ruleCount = 0
    /// The conditions of the rule that is being read.
    var ruleWhen = Matcher()
    /// What healthy answers say where no rule says more; nil: unknown, or synthesised.
    var usualReply: ReplyScript?

    /// What the scenario is to be served over; nil: whatever it needs.
    let transport: Transport?
    /// The scenario is one of a session, which a connection does not have.
    let isOfSession: Bool

    init(file: String, transport: Transport? = nil, isOfSession: Bool = false) {
        self.file = file
        self.transport = transport
        self.isOfSession = isOfSession
    }

    // MARK: What is wrong

    mutating func error(
        _ message: @autoclosure () -> String, at span: SourceSpan,
        nearest: @autoclosure () -> String? = nil, allowed: [String] = [], note: String? = nil
    ) {
        errorCount += 1
        // Far beyond what is shown, because what is shown are the first ones in the file.
        guard diagnostics.count < 10 * SourceErrors.most else {
            omitted += 1
            return
        }
        diagnostics.append(
            SourceDiagnostic(
                file: file, span: span, message: message(), nearest: nearest(),
                allowed: allowed, note: note))
    }

    mutating func warning(_ message: String, at span: SourceSpan, note: String? = nil) {
        warningCount += 1
        guard warningCount <= ScenarioLimits.warnings else { return }
        diagnostics.append(
            SourceDiagnostic(
                file: file, severity: .warning, span: span, message: message, note: note))
    }

    mutating func notYet(_ word: String, at span: SourceSpan, supported: [String]) {
        error(
            "\(quoted(word)) is not yet supported; supported now: "
                + supported.joined(separator: ", "), at: span)
    }

    // MARK: Mappings

    /// The mapping's keys, each known and with a value; what is not is reported.
    mutating func fields(_ node: YAMLNode, _ kind: MappingKind) -> Fields? {
        let table = kind.table
        guard let entries = node.entries else {
            error(
                "\(table.place) is a mapping, not \(node.description)", at: node.span,
                allowed: table.names.map { $0 + ": …" })
            return nil
        }
        var fields = Fields(kind, node.span)
        fields.hasUnknownKeys = node.hasRefusedKeys
        var guesses: [String] = []
        for entry in entries {
            guard let name = entry.key.text else { continue }
            guard table.key(name) != nil else {
                unknownKey(name, at: entry.key.span, kind, table)
                fields.hasUnknownKeys = true
                if let guess = diagnostics.last?.nearest { guesses.append(guess) }
                continue
            }
            fields.add(name, entry)
            if entry.value.isBlank {
                error("'\(name)' has no value", at: entry.key.span)
            }
        }
        for key in table.keys where key.isRequired && !fields.has(key.name) {
            // A misspelt key was reported already; its absence is the same mistake.
            if guesses.contains(key.name) || node.hasRefusedKeys { continue }
            error("\(table.place) needs '\(key.name)'", at: node.span)
        }
        return fields
    }

    private mutating func unknownKey(
        _ name: String, at span: SourceSpan, _ kind: MappingKind, _ table: KeyTable
    ) {
        if table.later.contains(name) {
            notYet(name, at: span, supported: table.names)
        } else if [.rule, .temporaryRule].contains(kind), KeyTable.fault.key(name) != nil {
            error(
                "unknown key '\(name)' in a rule", at: span,
                note: "'\(name)' is a key of a fault and stands under 'fault'")
        } else if kind == .rule, name == "ttl" {
            error(
                "unknown key 'ttl' in a rule", at: span,
                note: "a temporary rule has one: POST /rules on the control port")
        } else {
            error(
                "unknown key \(quoted(name)) in \(table.place)", at: span,
                nearest: NearestWord.nearest(to: name, among: table.names),
                allowed: table.names)
        }
    }

    // MARK: Scalars

    /// The text of a scalar; a list or mapping is reported.
    mutating func scalar(_ node: YAMLNode, as noun: String) -> String? {
        guard let text = node.text else {
            error("expected \(noun), found \(node.description)", at: node.span)
            return nil
        }
        if node.isBlank {
            error("expected \(noun), found nothing", at: node.span)
            return nil
        }
        return text
    }

    /// Text that says something.
    mutating func name(_ node: YAMLNode, as noun: String) -> String? {
        guard let text = scalar(node, as: noun) else { return nil }
        if text.allSatisfy(\.isWhitespace) {
            error("expected \(noun), found an empty text", at: node.span)
            return nil
        }
        return text
    }

    mutating func value<Value>(
        _ node: YAMLNode, _ grammar: Grammar,
        _ read: (String) throws(GrammarError) -> Value
    ) -> Value? {
        guard let text = node.text, !node.isBlank else {
            error(
                "expected \(grammar.noun), found \(node.description)", at: node.span,
                allowed: grammar.examples)
            return nil
        }
        do throws(GrammarError) {
            return try read(trimmed(text))
        } catch {
            self.error(
                error.message, at: node.span, nearest: error.nearest, allowed: error.allowed,
                note: error.note)
            return nil
        }
    }

    mutating func duration(_ node: YAMLNode) -> Duration? {
        value(node, .duration) { text throws(GrammarError) in try DurationValue.read(text) }
    }

    /// A time that a header says, and that nothing waits for.
    mutating func promisedTime(_ node: YAMLNode) -> Duration? {
        value(node, .duration) { text throws(GrammarError) in
            try DurationValue.read(text, longest: ScenarioLimits.longestPromise)
        }
    }

    mutating func latency(_ node: YAMLNode) -> Latency? {
        value(node, .latency) { text throws(GrammarError) in try LatencyValue.read(text) }
    }

    mutating func boolean(_ node: YAMLNode, of key: String) -> Bool? {
        switch node.text {
        case "true": return true
        case "false": return false
        default:
            let guess = ["yes": "true", "on": "true", "no": "false", "off": "false"]
            let found = node.text.map { $0.lowercased() } ?? ""
            error(
                "'\(key)' is true or false, not \(node.description)", at: node.span,
                nearest: guess[found] ?? NearestWord.nearest(to: found, among: ["true", "false"]))
            return nil
        }
    }

    /// A whole number in a range.
    mutating func integer<Number: FixedWidthInteger>(
        _ node: YAMLNode, of key: String, in range: ClosedRange<Number>
    ) -> Number? {
        if let text = node.text, !text.isEmpty, text.utf8.allSatisfy(isDigit),
            let number = Number(text), range.contains(number)
        {
            return number
        }
        error(
            "'\(key)' is a whole number from \(range.lowerBound) to \(range.upperBound), "
                + "not \(node.description)", at: node.span)
        return nil
    }

    /// One of the words of an enumeration.
    mutating func word<Choice: RawRepresentable & CaseIterable>(
        _ node: YAMLNode, as noun: String, later: [String] = []
    ) -> Choice? where Choice.RawValue == String {
        let words = Choice.allCases.map(\.rawValue)
        guard let text = scalar(node, as: noun) else { return nil }
        if let choice = Choice(rawValue: text) { return choice }
        if later.contains(text) {
            notYet(text, at: node.span, supported: words)
        } else {
            error(
                "\(quoted(text)) is not \(noun)", at: node.span,
                nearest: NearestWord.nearest(to: text, among: words), allowed: words)
        }
        return nil
    }

    mutating func glob(_ node: YAMLNode) -> Glob? {
        guard let text = scalar(node, as: "a pattern") else { return nil }
        guard text.utf8.count <= ScenarioLimits.patternBytes else {
            error("a pattern has at most \(ScenarioLimits.patternBytes) bytes", at: node.span)
            return nil
        }
        do throws(Glob.Invalid) {
            return try Glob(text)
        } catch {
            var span = node.span
            if case .scalar(_, .plain) = node.content { span = span.dropping(error.offset) }
            self.error(
                "pattern \(quoted(text)): \(error.message)", at: span,
                note: "'\\' before a character takes it as it is")
            return nil
        }
    }

    // MARK: Lists

    /// The nodes of a list, or the one node that stands for a list of one.
    mutating func oneOrMany(_ node: YAMLNode) -> [YAMLNode] {
        guard let items = node.items else { return [node] }
        if items.isEmpty {
            error(
                "an empty list matches nothing", at: node.span,
                note: "leave the key out to match everything")
        }
        return items
    }

    /// The nodes of a list that must hold something.
    mutating func list(_ node: YAMLNode, of key: String) -> [YAMLNode]? {
        guard let items = node.items else {
            error("'\(key)' is a list, not \(node.description)", at: node.span)
            return nil
        }
        if items.isEmpty {
            error("'\(key)' is empty", at: node.span)
            return nil
        }
        return items
    }

    /// The same of a list that may hold so many things, which its key names.
    mutating func list(
        _ node: YAMLNode, of key: String, atMost limit: Int
    ) -> [YAMLNode]? {
        guard let items = list(node, of: key) else { return nil }
        guard items.count <= limit else {
            error("\(items.count) \(key) are more than \(limit)", at: items[limit].span)
            return nil
        }
        return items
    }
}
