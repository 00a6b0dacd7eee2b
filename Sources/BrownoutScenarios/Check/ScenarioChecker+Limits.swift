import BrownoutEngine
import BrownoutYAML

// The limits of a scenario. They are read after its rules, whose names they may not have.
extension ScenarioChecker {
    mutating func limits(_ node: YAMLNode, _ checked: inout CheckedScenario) {
        guard let items = list(node, of: "limits", atMost: ScenarioLimits.limits) else { return }
        var lines: [String: Int] = [:]
        for item in items {
            guard let fields = fields(item, .limit) else { continue }
            let name = fields["name"].flatMap { self.name($0, as: "a name") } ?? ""
            let span = fields["name"]?.span ?? fields.span
            if let line = lines[name] ?? ruleLines[name] {
                let what = lines[name] == nil ? "rule" : "first one"
                error(
                    "limit name \(quoted(name)) is used twice", at: span,
                    note: "the \(what) is at line \(line)")
            } else if !name.isEmpty {
                lines[name] = span.start.line
            }
            guard let limit = limit(fields, name) else { continue }
            checked.scenario.limits.append(limit)
            checked.limitSpans.append(span)
        }
    }

    /// Nil when anything in the limit is wrong.
    private mutating func limit(_ fields: Fields, _ name: String) -> Limit? {
        let before = errorCount
        let when = fields["when"].flatMap { matcher($0) } ?? Matcher()
        let per = parts(fields["per"])
        let rates = rates(fields)
        let concurrent = fields["concurrent"].flatMap {
            integer($0, of: "concurrent", in: 1...ScenarioLimits.concurrent)
        }
        let algorithm: Limit.Algorithm? = fields["algorithm"].flatMap {
            word($0, as: "an algorithm")
        }
        checkAmounts(fields, when)
        let bursts = bursts(fields, algorithm)
        let retryAfter = fields["retry-after"].flatMap { promise($0) }
        let refusal = fields["refuse-with"].flatMap { self.refusal($0, for: .rateLimited) }
        guard errorCount == before else { return nil }
        return Limit(
            name: name, when: when, per: per,
            quotas: rates.map { dimension, rate in
                Limit.Quota(dimension, rate, burst: bursts.first { $0.0 == dimension }?.1)
            },
            concurrent: concurrent, algorithm: algorithm ?? .tokenBucket,
            retryAfter: retryAfter ?? .exact, refusal: refusal)
    }

    // MARK: What is counted

    private mutating func parts(_ node: YAMLNode?) -> [Limit.Part] {
        guard let node else { return [] }
        if node.items?.isEmpty ?? false {
            error("'per' is empty", at: node.span, note: "without it, a limit is per session")
            return []
        }
        var parts: [Limit.Part] = []
        for item in oneOrMany(node) {
            guard let part: Limit.Part = word(item, as: "something a limit is per") else {
                continue
            }
            if parts.contains(part) {
                error("'\(part.rawValue)' is named twice", at: item.span)
            }
            parts.append(part)
        }
        // In one order, because what is counted does not depend on how it was written.
        return Limit.Part.allCases.filter(parts.contains)
    }

    private mutating func rates(_ fields: Fields) -> [(Limit.Dimension, LimitRate)] {
        var rates: [(Limit.Dimension, LimitRate)] = []
        for dimension in Limit.Dimension.allCases where dimension != .concurrent {
            guard let node = fields[dimension.rawValue] else { continue }
            let rate = value(node, .rate) { text throws(GrammarError) in try RateValue.read(text) }
            if let rate { rates.append((dimension, rate)) }
        }
        return rates
    }

    /// What would never refuse anything is a mistake.
    private mutating func checkAmounts(_ fields: Fields, _ when: Matcher) {
        let named = KeyTable.limit.needsOneOf.filter(fields.has)
        if named.isEmpty {
            if !fields.hasUnknownKeys {
                error(
                    "the limit limits nothing", at: fields.span,
                    note: "it needs one of: " + KeyTable.limit.needsOneOf.joined(separator: ", "))
            }
            return
        }
        let canRefuse = named.contains { name in
            switch Limit.Dimension(rawValue: name) {
            case .inputTokens?:
                when.endpoint.isEmpty || when.endpoint.contains(where: \.operation.readsTokens)
            case .outputTokens?:
                when.endpoint.isEmpty || when.endpoint.contains(where: \.operation.writesTokens)
            case .requests?, .concurrent?, nil: true
            }
        }
        if !canRefuse, let key = fields.first(of: named) {
            let endpoints = when.endpoint.map { "'\($0.name)'" }.joined(separator: ", ")
            error("can never refuse: requests for \(endpoints) have no such tokens", at: key.span)
        }
        if named == [Limit.Dimension.concurrent.rawValue], let key = fields.key("algorithm") {
            error("'algorithm' counts amounts in a time, and the limit has none", at: key.span)
        }
    }

    private mutating func bursts(
        _ fields: Fields, _ algorithm: Limit.Algorithm?
    ) -> [(Limit.Dimension, Int)] {
        guard let node = fields["burst"], let key = fields.key("burst") else { return [] }
        if let algorithm, algorithm != .tokenBucket {
            error(
                "'burst' belongs to 'token-bucket', not to '\(algorithm.rawValue)'", at: key.span,
                note: "a window lets its whole amount through at once")
            return []
        }
        guard node.entries != nil else {
            return burst(node, .requests, at: key.span, fields).map { [$0] } ?? []
        }
        guard let bursts = self.fields(node, .burst) else { return [] }
        if bursts.names.isEmpty, !bursts.hasUnknownKeys {
            error("'burst' is empty", at: node.span, allowed: KeyTable.burst.names)
        }
        return Limit.Dimension.allCases.compactMap { dimension in
            guard dimension != .concurrent, let node = bursts[dimension.rawValue] else {
                return nil
            }
            let span = bursts.key(dimension.rawValue)?.span ?? node.span
            return burst(node, dimension, at: span, fields)
        }
    }

    private mutating func burst(
        _ node: YAMLNode, _ dimension: Limit.Dimension, at span: SourceSpan, _ fields: Fields
    ) -> (Limit.Dimension, Int)? {
        guard
            let count: Int = integer(
                node, of: "burst", in: 1...ScenarioLimits.largestCount)
        else { return nil }
        guard fields.has(dimension.rawValue) else {
            error(
                "a burst of \(dimension.rawValue) needs their rate", at: span,
                note: "add '\(dimension.rawValue)', for example: \(dimension.rawValue): 60/min")
            return nil
        }
        return (dimension, count)
    }

    // MARK: What a refusal says

    private mutating func promise(_ node: YAMLNode) -> Limit.Promise? {
        if node.entries != nil { return promiseForm(node) }
        guard let text = scalar(node, as: "a retry-after") else { return nil }
        switch text {
        case Limit.exactWord: return .exact
        case "ms": return .milliseconds
        case "http-date": return .httpDate
        case "absent": return .said(.absent)
        case "absurd": return .said(.absurd)
        case "garbage": return .said(.garbage)
        default: break
        }
        guard text.utf8.contains(where: isDigit) else {
            error(
                "\(quoted(text)) is not a retry-after", at: node.span,
                nearest: NearestWord.nearest(to: text, among: Limit.promiseWords),
                allowed: ["30s"] + Limit.promiseWords + ["{ms: 250ms}", "{http-date: exact}"])
            return nil
        }
        return promisedTime(node).map { .said(.seconds($0)) }
    }

    private mutating func promiseForm(_ node: YAMLNode) -> Limit.Promise? {
        guard let fields = fields(node, .limitRetryAfter) else { return nil }
        guard fields.names.count == 1, let name = fields.names.first else {
            if fields.names.count > 1 || !fields.hasUnknownKeys {
                error("'retry-after' takes one of: ms, http-date", at: node.span)
            }
            return nil
        }
        guard let node = fields[name] else { return nil }
        if node.text == Limit.exactWord { return name == "ms" ? .milliseconds : .httpDate }
        guard let time = promisedTime(node) else { return nil }
        return .said(name == "ms" ? .milliseconds(time) : .httpDate(time))
    }
}
