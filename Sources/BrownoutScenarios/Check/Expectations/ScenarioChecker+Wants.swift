import BrownoutEngine
import BrownoutYAML

// Expectations that are more than a comparison, each as it is said in output and as it is judged.
extension ScenarioChecker {
    /// The one thing that is expected of promises.
    private enum PromiseWord: String, CaseIterable {
        case honoured
    }

    mutating func promises(_ node: YAMLNode) -> (String, Expectation.Want)? {
        let word: PromiseWord? = word(node, as: "what is expected of 'retry-after'")
        return word.map { ($0.rawValue, .retryAfterHonoured) }
    }

    mutating func backoff(_ node: YAMLNode) -> [Expectation] {
        guard let fields = filledFields(node, .backoff, of: "backoff") else { return [] }
        return fields.names.compactMap { name in
            guard let trait = Expectation.BackoffTrait(rawValue: name), let node = fields[name],
                let key = fields.key(name), let holds = boolean(node, of: name)
            else { return nil }
            return Expectation(
                path: "backoff.\(name)", wanted: String(holds), line: key.span.start.line,
                want: .backoff(trait, holds))
        }
    }

    // MARK: Causes

    /// Causes, each named once; nil where one is wrong.
    mutating func causes(_ node: YAMLNode) -> [Cause]? {
        let before = errorCount
        var causes: [Cause] = []
        if node.items?.isEmpty ?? false {
            error("an empty list expects nothing", at: node.span)
            return nil
        }
        for item in oneOrMany(node) {
            guard let cause = expectedCause(item) else { continue }
            if causes.contains(cause) { error("'\(cause.rawValue)' is named twice", at: item.span) }
            causes.append(cause)
        }
        return errorCount == before ? causes : nil
    }

    private mutating func expectedCause(_ node: YAMLNode) -> Cause? {
        guard let text = scalar(node, as: "a cause") else { return nil }
        if let cause = Cause(rawValue: text) { return cause }
        error(
            "\(quoted(text)) is not a cause", at: node.span,
            nearest: Word.causeOfStatus[text]?.rawValue
                ?? NearestWord.nearest(to: text, among: Word.causes),
            allowed: Word.causes,
            note: Word.faults.contains(text) ? "it is a fault without a cause" : nil)
        return nil
    }

    /// What is to be tried again and not to be tried again can never be.
    mutating func refuseContradiction(_ expectations: [Expectation], _ fields: Fields) {
        for case .notRetried(let never) in expectations.map(\.want) {
            for case .retried(let again) in expectations.map(\.want) {
                guard let cause = again.first(where: never.contains),
                    let node = fields["retried"]
                else { continue }
                error(
                    "'\(cause.rawValue)' is under 'not-retried' too",
                    at: (node.items?.first { $0.text == cause.rawValue } ?? node).span)
            }
        }
    }

    // MARK: Places

    mutating func fallback(_ node: YAMLNode) -> (String, Expectation.Want)? {
        let before = errorCount
        guard let fields = filledFields(node, .fallback, of: "fallback") else { return nil }
        var fallback = Expectation.Fallback()
        fallback.from = fields["from"].flatMap { target($0) }
        fallback.to = fields["to"].flatMap { target($0) }
        fallback.within = fields["within"].flatMap {
            value($0, .within) { text throws(GrammarError) in
                try ComparisonValue.read(text, .within, usual: .atMost, least: 0)
            }
        }
        if let from = fallback.from, from == fallback.to, let node = fields["to"] {
            error("a fallback goes elsewhere, not to where it comes from", at: node.span)
        }
        guard errorCount == before, !fields.names.isEmpty else { return nil }
        let wanted = fields.names.compactMap { name in
            fields[name].map { "\(name): \(trimmed($0.text ?? ""))" }
        }
        return (wanted.joined(separator: ", "), .fallback(fallback))
    }

    mutating func split(_ node: YAMLNode) -> (String, Expectation.Want)? {
        let before = errorCount
        var cells: [Expectation.SplitCell] = []
        var sum: Chance? = .never
        var wanted: [String] = []
        for (key, node) in record(node, "split", example: "split: {openai: 70%, anthropic: 30%}") {
            let target = target(key)
            let share = value(node, .chance) { text throws(GrammarError) in
                try ChanceValue.read(text)
            }
            guard let target, let share else { continue }
            if cells.contains(where: { $0.target == target }) {
                error("\(quoted(key.text ?? "")) has its share already", at: key.span)
            }
            if share == .never {
                error(
                    "a share of 0 cannot be told from chance", at: node.span,
                    note: "leave it out: the rest is a share of its own")
            }
            sum = sum.flatMap { addShare(share, to: $0, at: node) }
            cells.append(.init(name: key.text ?? "", target: target, share: share))
            wanted.append("\(key.text ?? ""): \(trimmed(node.text ?? ""))")
        }
        return errorCount == before && !cells.isEmpty
            ? (wanted.joined(separator: ", "), .split(cells)) : nil
    }

    /// The sum with one more share; nil, reported, when it is more than 1 or not exact.
    private mutating func addShare(
        _ share: Chance, to sum: Chance, at node: YAMLNode
    ) -> Chance? {
        switch ChanceSum(sum, adding: share) {
        case .fits(let total): return total
        case .exceedsOne:
            error(
                "the shares add up to more than 100%: \(share.written) after \(sum.written)",
                at: node.span)
        case .tooFine:
            error(
                "the sum of the shares is too fine to be exact: \(share.written) after "
                    + sum.written, at: node.span, note: "use percentages with fewer digits")
        }
        return nil
    }

    mutating func sticky(_ node: YAMLNode) -> (String, Expectation.Want)? {
        guard let fields = filledFields(node, .sticky, of: "sticky"), let node = fields["header"],
            scalar(node, as: "a header's name") != nil, let name = headerName(node)
        else { return nil }
        return ("header: \(trimmed(node.text ?? ""))", .sticky(header: name))
    }

    /// A provider by its name, or models; `provider:a` and `model:a` say which.
    private mutating func target(_ node: YAMLNode) -> Expectation.Target? {
        guard let text = name(node, as: "a provider or a model") else { return nil }
        let names = providers.map(\.name)
        if names.contains(text) { return .provider(text) }
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let kind = parts.first.map(String.init),
            let rest = parts.last.map(String.init)
        else {
            if Word.laterDialects.contains(text) {
                notYet(text, at: node.span, supported: names)
                return nil
            }
            warnOfMisspeltProvider(text, at: node, names)
            return glob(node).map { .model($0) }
        }
        switch kind {
        case "provider" where names.contains(rest): return .provider(rest)
        case "provider":
            error(
                "there is no provider \(quoted(rest))", at: node.span,
                nearest: NearestWord.nearest(to: rest, among: names), allowed: names)
        case "model": return glob(rest, of: node, from: kind.count + 1).map { .model($0) }
        case _ where names.contains(kind):
            error(
                "\(quoted(text)) is a provider and a model, or a model's name", at: node.span,
                allowed: [kind, "model:\(rest)", "model:\(text)"])
        default: return glob(node).map { .model($0) }
        }
        return nil
    }

    /// The pattern that stands behind some characters of a scalar.
    private mutating func glob(_ rest: String, of node: YAMLNode, from offset: Int) -> Glob? {
        guard case .scalar(_, let style) = node.content else { return nil }
        let span = style == .plain ? node.span.dropping(offset) : node.span
        return glob(YAMLNode(.scalar(rest, style), span: span))
    }

    /// A model can have any name, so one that is nearly a provider's is allowed.
    private mutating func warnOfMisspeltProvider(
        _ text: String, at node: YAMLNode, _ names: [String]
    ) {
        guard text.utf8.count > 3, !text.utf8.contains(where: isDigit),
            let nearest = NearestWord.nearest(to: text, among: names)
        else { return }
        warning(
            "\(quoted(text)) is no provider, so it is a model; did you mean '\(nearest)'?",
            at: node.span, note: "'model:\(text)' says that it is a model")
    }
}

extension [Cause] {
    /// The causes as a list says them.
    var written: String { map(\.rawValue).joined(separator: ", ") }
}
