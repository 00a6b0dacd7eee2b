import BrownoutDialects
import BrownoutEngine
import BrownoutYAML

/// What a rule applies to, in a form that is quick to compare.
struct Footprint {
    let rule: Rule
    /// One bit for every provider a request can name.
    private let providers: UInt64
    /// One bit for every endpoint.
    private let endpoints: UInt64

    /// Globs of two lists that are compared one by one; longer lists count as not known.
    private static let pairLimit = 64

    /// `names` are all providers, no more than ``ScenarioLimits/providers`` and the built-in ones.
    init(_ rule: Rule, providers names: [String]) {
        self.rule = rule
        let when = rule.when
        providers = Footprint.bits(names) { name in
            when.provider.isEmpty || when.provider.contains { $0.matches(name) }
        }
        endpoints = Footprint.bits(Dialects.endpoints) {
            when.endpoint.isEmpty || when.endpoint.contains($0)
        }
    }

    private static func bits<Element>(
        _ elements: [Element], _ isIn: (Element) -> Bool
    ) -> UInt64 {
        var bits: UInt64 = 0
        for (index, element) in elements.enumerated() where isIn(element) { bits |= 1 << index }
        return bits
    }

    /// How an earlier rule stands to the requests and attempts of a later one.
    enum Relation: Equatable {
        /// It applies to all of them.
        case covers
        /// It applies to none of them.
        case disjoint
        /// It applies to some of them, or that is not known.
        case overlaps
    }

    func relation(to later: Footprint) -> Relation {
        // One is asked about connections, the other about requests.
        if rule.isAtAccept != later.rule.isAtAccept { return .disjoint }
        if isDisjoint(with: later) { return .disjoint }
        let (mine, other) = (rule, later.rule)
        guard mine.every == nil, mine.calls.isEmpty || mine.calls == other.calls,
            mine.during == nil || mine.during == other.during,
            Footprint.covers(mine.attempts, other.attempts), coversRequests(of: later)
        else { return .overlaps }
        return .covers
    }

    // MARK: Wider

    private func coversRequests(of later: Footprint) -> Bool {
        let (wide, narrow) = (rule.when, later.rule.when)
        guard wide.stream == nil || wide.stream == narrow.stream,
            wide.tools == nil || wide.tools == narrow.tools,
            wide.version == nil || wide.version == narrow.version,
            later.providers & ~providers == 0, later.endpoints & ~endpoints == 0,
            Footprint.covers(wide.model, narrow.model), Footprint.covers(wide.key, narrow.key),
            Footprint.covers(wide.session, narrow.session),
            Footprint.covers(wide.userText, narrow.userText),
            Footprint.covers(wide.client, narrow.client)
        else { return false }
        let headers = wide.header.allSatisfy { condition in
            narrow.header.contains {
                $0.name == condition.name && Footprint.covers([condition.value], [$0.value])
            }
        }
        return headers
            && wide.body.allSatisfy { condition in
                narrow.body.contains {
                    $0.pointer == condition.pointer
                        && Footprint.covers([condition.value], [$0.value])
                }
            }
    }

    private static func covers(_ wide: [Glob], _ narrow: [Glob]) -> Bool {
        if wide.isEmpty || wide.contains(where: \.matchesEverything) || wide == narrow {
            return true
        }
        guard !narrow.isEmpty, wide.count * narrow.count <= pairLimit else { return false }
        return narrow.allSatisfy { glob in
            wide.contains { candidate in
                candidate.text == glob.text || glob.literal.map(candidate.matches) ?? false
            }
        }
    }

    private static func covers(_ wide: [AddressPattern], _ narrow: [AddressPattern]) -> Bool {
        if wide.isEmpty || wide == narrow { return true }
        guard !narrow.isEmpty, wide.count * narrow.count <= pairLimit else { return false }
        return narrow.allSatisfy { pattern in
            wide.contains { $0.contains(pattern) }
        }
    }

    /// Whether each range of the narrow list lies in one of the wide list.
    private static func covers(_ wide: [CountRange], _ narrow: [CountRange]) -> Bool {
        if wide.isEmpty || wide == narrow { return true }
        let narrow = narrow.isEmpty ? [CountRange(1, through: nil)].compactMap(\.self) : narrow
        guard wide.count * narrow.count <= pairLimit else { return false }
        return narrow.allSatisfy { range in
            wide.contains { candidate in
                guard candidate.lower <= range.lower else { return false }
                guard let end = candidate.upper else { return true }
                return range.upper.map { $0 <= end } ?? false
            }
        }
    }

    // MARK: Apart

    private func isDisjoint(with other: Footprint) -> Bool {
        if providers & other.providers == 0 || endpoints & other.endpoints == 0 { return true }
        let (left, right) = (rule.when, other.rule.when)
        if let mine = left.stream, let its = right.stream, mine != its { return true }
        if let mine = left.tools, let its = right.tools, mine != its { return true }
        if let mine = left.version, let its = right.version, mine != its { return true }
        return Footprint.areDisjoint(rule.attempts, other.rule.attempts)
            || Footprint.areDisjoint(rule.calls, other.rule.calls)
            || Footprint.areDisjoint(left.model, right.model)
            || Footprint.areDisjoint(left.key, right.key)
            || Footprint.areDisjoint(left.session, right.session)
            || Footprint.areDisjoint(left.userText, right.userText)
    }

    private static func areDisjoint(_ a: [CountRange], _ b: [CountRange]) -> Bool {
        if a.isEmpty || b.isEmpty || a.count * b.count > pairLimit { return false }
        return a.allSatisfy { left in
            b.allSatisfy { right in
                (left.upper.map { $0 < right.lower } ?? false)
                    || (right.upper.map { $0 < left.lower } ?? false)
            }
        }
    }

    /// Certain only where one side names its texts one by one.
    private static func areDisjoint(_ a: [Glob], _ b: [Glob]) -> Bool {
        if a.isEmpty || b.isEmpty || a.count * b.count > pairLimit { return false }
        for (left, right) in [(a, b), (b, a)] {
            let literals = left.compactMap(\.literal)
            if literals.count == left.count,
                !literals.contains(where: { text in right.contains { $0.matches(text) } })
            {
                return true
            }
        }
        return false
    }
}

extension Rule {
    /// How often the rule takes a request that is inside its limits: its chance, times the sum of
    /// its branches. Nil when the product is too fine to be exact.
    var exactRate: Chance? {
        guard case .oneOf(let branches) = action else { return chance }
        var sum = Chance.never
        for branch in branches {
            guard let total = sum.adding(branch.chance) else { return nil }
            sum = total
        }
        return chance.multiplied(by: sum)
    }
}

extension ScenarioChecker {
    /// Reports every rule that never gets a request because an earlier one takes them all.
    mutating func refuseShadowed(_ rules: [CheckedRule]) {
        let names = providers.map(\.name)
        // The rules that take every request they apply to; others cannot hide anything.
        var deciders: [(footprint: Footprint, span: SourceSpan)] = []
        for later in rules {
            let footprint = Footprint(later.rule, providers: names)
            let decider = deciders.first { $0.footprint.relation(to: footprint) == .covers }
            if let decider {
                error(
                    "can never fire: rule \(quoted(decider.footprint.rule.name)) "
                        + "(line \(decider.span.start.line)) always decides first",
                    at: later.span,
                    note: "put the narrower rule first, or give the other one a narrower 'when'")
            } else if !later.rule.also, later.rule.exactRate == .always {
                deciders.append((footprint, later.span))
            }
        }
    }
}
