import BrownoutEngine

/// Compares what rules apply to. Every "yes" is certain; a "no" may mean "not known".
struct Coverage {
    /// All providers a request can name.
    var providers: [String]

    /// How an earlier rule stands to the requests and attempts of a later one.
    enum Relation: Equatable {
        /// It applies to all of them.
        case covers
        /// It applies to none of them.
        case disjoint
        case unknown
    }

    func relation(of earlier: Rule, to later: Rule) -> Relation {
        if areDisjoint(earlier, later) { return .disjoint }
        guard earlier.calls.isEmpty || earlier.calls == later.calls, earlier.every == nil,
            earlier.during == nil || earlier.during == later.during,
            covers(earlier.attempts, later.attempts), covers(earlier.when, later.when)
        else { return .unknown }
        return .covers
    }

    // MARK: Wider

    func covers(_ wide: Matcher, _ narrow: Matcher) -> Bool {
        guard wide.stream == nil || wide.stream == narrow.stream,
            wide.tools == nil || wide.tools == narrow.tools,
            names(narrow).isSubset(of: names(wide)),
            endpoints(narrow).allSatisfy(endpoints(wide).contains),
            covers(wide.model, narrow.model), covers(wide.key, narrow.key),
            covers(wide.session, narrow.session), covers(wide.userText, narrow.userText)
        else { return false }
        return coversClients(wide.client, narrow.client)
            && wide.header.allSatisfy { condition in
                narrow.header.contains {
                    $0.name == condition.name && covers([condition.value], [$0.value])
                }
            }
            && wide.body.allSatisfy { condition in
                narrow.body.contains {
                    $0.pointer == condition.pointer && covers([condition.value], [$0.value])
                }
            }
    }

    private func names(_ matcher: Matcher) -> Set<String> {
        Set(
            providers.filter { name in
                matcher.provider.isEmpty || matcher.provider.contains { $0.matches(name) }
            })
    }

    private func endpoints(_ matcher: Matcher) -> [Endpoint] {
        matcher.endpoint.isEmpty ? Endpoint.allCases : matcher.endpoint
    }

    private func covers(_ wide: [Glob], _ narrow: [Glob]) -> Bool {
        if wide.isEmpty || wide.contains(where: \.matchesEverything) { return true }
        return !narrow.isEmpty
            && narrow.allSatisfy { glob in
                wide.contains { candidate in
                    candidate.text == glob.text || glob.literal.map(candidate.matches) ?? false
                }
            }
    }

    private func coversClients(_ wide: [AddressPattern], _ narrow: [AddressPattern]) -> Bool {
        if wide.isEmpty { return true }
        return !narrow.isEmpty
            && narrow.allSatisfy { pattern in
                wide.contains { candidate in
                    candidate.text == pattern.text
                        || NetworkAddress(pattern.text).map(candidate.contains) ?? false
                }
            }
    }

    /// Whether each range of the narrow list lies in one of the wide list.
    private func covers(_ wide: [CountRange], _ narrow: [CountRange]) -> Bool {
        if wide.isEmpty { return true }
        let narrow = narrow.isEmpty ? [CountRange(1, through: nil)].compactMap(\.self) : narrow
        return narrow.allSatisfy { range in
            wide.contains { candidate in
                guard candidate.lower <= range.lower else { return false }
                guard let end = candidate.upper else { return true }
                return range.upper.map { $0 <= end } ?? false
            }
        }
    }

    // MARK: Apart

    private func areDisjoint(_ a: Rule, _ b: Rule) -> Bool {
        if let left = a.when.stream, let right = b.when.stream, left != right { return true }
        if let left = a.when.tools, let right = b.when.tools, left != right { return true }
        return names(a.when).isDisjoint(with: names(b.when))
            || !endpoints(a.when).contains(where: endpoints(b.when).contains)
            || areDisjoint(a.attempts, b.attempts) || areDisjoint(a.calls, b.calls)
            || areDisjoint(a.when.model, b.when.model) || areDisjoint(a.when.key, b.when.key)
            || areDisjoint(a.when.session, b.when.session)
            || areDisjoint(a.when.userText, b.when.userText)
    }

    private func areDisjoint(_ a: [CountRange], _ b: [CountRange]) -> Bool {
        if a.isEmpty || b.isEmpty { return false }
        return a.allSatisfy { left in
            b.allSatisfy { right in
                (left.upper.map { $0 < right.lower } ?? false)
                    || (right.upper.map { $0 < left.lower } ?? false)
            }
        }
    }

    /// Certain only where one side names its texts one by one.
    private func areDisjoint(_ a: [Glob], _ b: [Glob]) -> Bool {
        if a.isEmpty || b.isEmpty { return false }
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
        let coverage = Coverage(providers: providers.map(\.name))
        // A rule that takes every request it applies to; others cannot hide anything.
        var deciders: [CheckedRule] = []
        for later in rules {
            let decider = deciders.first {
                coverage.relation(of: $0.rule, to: later.rule) == .covers
            }
            if let decider {
                error(
                    "can never fire: rule \(quoted(decider.rule.name)) "
                        + "(line \(decider.span.start.line)) always decides first",
                    at: later.span,
                    note: "put the narrower rule first, or give the other one a narrower 'when'")
            } else if !later.rule.also, later.rule.exactRate == .always {
                deciders.append(later)
            }
        }
    }
}
