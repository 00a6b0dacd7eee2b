import BrownoutEngine

extension ScenarioChecker {
    mutating func fault(_ node: ScenarioNode) -> Fault? {
        if node.entries != nil {
            return fields(node, .fault).flatMap { faultFields($0) }
        }
        guard let text = scalar(node, as: "a fault") else { return nil }
        return faultWord(text, at: node.span, as: "a fault")
    }

    /// A fault of one word: a cause, or a connection that ends without an answer.
    mutating func faultWord(_ text: String, at span: SourceSpan, as noun: String) -> Fault? {
        if let cause = Cause(rawValue: text) { return .error(CauseFault(cause)) }
        if text == FaultKind.noAnswer.rawValue { return .cut(.fin, at: .start) }
        if text == FaultKind.reset.rawValue { return .cut(.reset, at: .start) }
        let words = Word.causes + Word.faults
        let allowed = (noun == "a step" ? [Word.ok] : []) + words
        if text == Word.ok {
            error(
                "'ok' is a step of a sequence, not a fault", at: span,
                note: "a rule without a fault needs a reply or a latency")
        } else if Word.laterFaults.contains(text) {
            notYet(text, at: span, supported: Word.faultForms)
        } else if text == FaultKind.latency.rawValue {
            error(
                "'latency' is not \(noun) but a key of its own", at: span,
                note: "for example: latency: 2s")
        } else if let kind = FaultKind(rawValue: text) {
            error(
                "'\(text)' needs more than its name", at: span,
                note: "for example: \(kind.example)")
        } else {
            error(
                "\(quoted(text)) is not \(noun)", at: span,
                nearest: Word.causeOfStatus[text]?.rawValue
                    ?? NearestWord.nearest(to: text, among: allowed),
                allowed: allowed)
        }
        return nil
    }

    /// A fault from the keys of a mapping: `fault` itself, a step or a branch.
    mutating func faultFields(_ fields: Fields) -> Fault? {
        let kinds = KeyTable.fault.needsOneOf
        let named = fields.names.filter(kinds.contains)
        if named.count > 1, let second = fields.key(named[1]) {
            error("'\(named[0])' and '\(named[1])' exclude each other", at: second.span)
            return nil
        }
        guard let kind = named.first else {
            // Where a key was unknown, it was meant to be the one that is missing.
            if !fields.hasUnknownKeys {
                error(
                    "a fault needs one of: \(kinds.joined(separator: ", "))",
                    at: (fields.first(of: KeyTable.fault.names)?.span) ?? fields.span)
            }
            return nil
        }
        if kind != "cause" {
            for name in ["retry-after", "should-retry", "message", "limit"] where fields.has(name) {
                error(
                    "'\(name)' belongs to a cause, not to '\(kind)'",
                    at: fields.key(name)?.span ?? fields.span)
            }
        }
        let position = fields["at"].flatMap { node in
            value(node, .position) { text throws(GrammarError) in try PositionValue.read(text) }
        }
        guard fields[kind] != nil, position != nil || !fields.has("at") else {
            // The other values are still read, so that their errors are shown too.
            if kind == "cause" { _ = causeFault(fields) }
            return nil
        }
        switch kind {
        case "cause":
            guard let cause = causeFault(fields) else { return nil }
            return position.map { .errorEvent(cause, at: $0) } ?? .error(cause)
        case "cut": return cut(fields, position)
        case "stall": return stall(fields, position)
        default: return hang(fields, position ?? .start)
        }
    }

    private mutating func needsPosition(_ fields: Fields, _ kind: String) {
        error(
            "'\(kind)' needs a position", at: fields.key(kind)?.span ?? fields.span,
            note: "add 'at', for example: "
                + (kind == "cut" ? "{cut: reset, at: token 5}" : "{stall: 20s, at: 50%}"))
    }

    private mutating func cut(_ fields: Fields, _ position: Position?) -> Fault? {
        guard let node = fields["cut"] else { return nil }
        let ending: CutEnding? = word(node, as: "an ending")
        guard let position else {
            needsPosition(fields, "cut")
            return nil
        }
        guard let ending else { return nil }
        if ending == .clean, position == .start {
            error(
                "a clean cut cannot be at the start: there is no stream to end before the head",
                at: fields["at"]?.span ?? node.span,
                note: "use 'at: headers', or 'fault: no-answer'")
            return nil
        }
        return .cut(ending, at: position)
    }

    private mutating func stall(_ fields: Fields, _ position: Position?) -> Fault? {
        guard let node = fields["stall"] else { return nil }
        let time = duration(node)
        guard let position else {
            needsPosition(fields, "stall")
            return nil
        }
        if time == .zero {
            error("a stall of no time does nothing", at: node.span)
            return nil
        }
        return time.map { .stall($0, at: position) }
    }

    private mutating func hang(_ fields: Fields, _ position: Position) -> Fault? {
        guard let node = fields["hang"] else { return nil }
        if node.text == "forever" { return .hang(nil, at: position) }
        let time = value(node, .duration) { text throws(GrammarError) in
            do throws(GrammarError) {
                return try DurationValue.read(text)
            } catch {
                var error = error
                if error.allowed == Grammar.duration.examples {
                    error.allowed = ["forever"] + error.allowed
                    error.nearest = NearestWord.nearest(to: text, among: ["forever"])
                }
                throw error
            }
        }
        return time.map { .hang($0, at: position) }
    }

    // MARK: Causes

    private mutating func causeFault(_ fields: Fields) -> CauseFault? {
        guard let node = fields["cause"] else { return nil }
        let cause: Cause? = word(node, as: "a cause", later: Word.laterFaults)
        var fault = CauseFault(cause ?? .serverError)
        if let node = fields["retry-after"] { fault.retryAfter = retryAfter(node) }
        if let node = fields["should-retry"] {
            fault.shouldRetry = boolean(node, of: "should-retry")
        }
        if let node = fields["message"] { fault.message = scalar(node, as: "text") }
        if let node = fields["limit"] {
            fault.countsTokens = countsTokens(node)
            if let cause, cause != .rateLimited {
                error(
                    "'limit' belongs to 'rate-limited', not to '\(cause.rawValue)'",
                    at: fields.key("limit")?.span ?? node.span)
            }
        }
        return cause == nil ? nil : fault
    }

    private mutating func countsTokens(_ node: ScenarioNode) -> Bool {
        guard let text = scalar(node, as: "a limit") else { return false }
        let words = ["requests", "tokens"]
        if !words.contains(text) {
            error(
                "\(quoted(text)) is not a limit", at: node.span,
                nearest: NearestWord.nearest(to: text, among: words), allowed: words)
        }
        return text == "tokens"
    }

    private mutating func retryAfter(_ node: ScenarioNode) -> RetryAfter? {
        if node.entries != nil {
            guard let fields = fields(node, .retryAfter) else { return nil }
            guard fields.names.count == 1, let name = fields.names.first else {
                if fields.names.count > 1 || node.entries?.isEmpty == true {
                    error("'retry-after' takes one of: ms, http-date", at: node.span)
                }
                return nil
            }
            guard let time = fields[name].flatMap({ duration($0) }) else { return nil }
            return name == "ms" ? .milliseconds(time) : .httpDate(time)
        }
        guard let text = scalar(node, as: "a retry-after") else { return nil }
        switch text {
        case "absent": return .absent
        case "absurd": return .absurd
        case "garbage": return .garbage
        default: break
        }
        let words = ["absent", "absurd", "garbage"]
        guard text.utf8.contains(where: isDigit) else {
            error(
                "\(quoted(text)) is not a retry-after", at: node.span,
                nearest: NearestWord.nearest(to: text, among: words),
                allowed: ["2s"] + words + ["{ms: 250ms}", "{http-date: 3s}"])
            return nil
        }
        return duration(node).map { .seconds($0) }
    }
}
