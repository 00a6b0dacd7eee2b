import BrownoutEngine
import BrownoutJSON

/// How calls are shared out among providers and models, where a scenario says how they should be.
enum SharingRules {
    static func loadSplit(_ calls: [Call], of scenario: Scenario?) -> Finding {
        over(scenario, .loadSplit, calls) { want, calls in
            guard case .split(let cells) = want else { return nil }
            return loadSplit(calls, cells)
        }
    }

    static func sticky(_ calls: [Call], of scenario: Scenario?) -> Finding {
        over(scenario, .sticky, calls) { want, calls in
            guard case .sticky = want else { return nil }
            return sticky(calls)
        }
    }

    /// What several expectations of one kind come to together.
    private static func over(
        _ scenario: Scenario?, _ rule: VerdictRule, _ calls: [Call],
        _ judge: (Expectation.Want, [Call]) -> Finding?
    ) -> Finding {
        var findings: [Finding] = []
        for block in scenario?.expectations ?? [] {
            for expectation in block.expectations {
                let scope = try? AttemptScope(block.when, phase: block.phase)
                let scoped = scope.map { scope in calls.filter { scope.contains($0.attempts[0]) } }
                guard var finding = judge(expectation.want, scoped ?? []) else { continue }
                if scope == nil {
                    finding.verdict = .unknown
                    finding.says = "the journal does not tell which calls this is about"
                }
                findings.append(finding)
            }
        }
        let verdict = Verdict.over(findings.map(\.verdict))
        return findings.first { $0.verdict == verdict } ?? Finding(rule, measuring: nil)
    }

    // MARK: Shares

    static func loadSplit(_ calls: [Call], _ cells: [Expectation.SplitCell]) -> Finding {
        let sure = calls.filter(\.isSure)
        var counts = [Int](repeating: 0, count: cells.count + 1)
        var others: [Call] = []
        for call in sure {
            let first = call.attempts[0]
            let cell = cells.firstIndex {
                $0.target.contains(provider: first.provider, model: first.model)
            }
            counts[cell ?? cells.count] += 1
            if cell == nil { others.append(call) }
        }
        let shares = cells.map { $0.share.approximation }
        let sum = cells.reduce(Chance.never as Chance?) { $0?.adding($1.share) }
        let hasRest = sum != .always
        let rest = max(0, 1 - shares.reduce(0, +))
        let names = cells.map(\.name) + ["rest"]
        let parts = zip(names, zip(counts, shares + [rest])).dropLast(hasRest ? 0 : 1)
        var finding = Finding(
            .loadSplit,
            measuring: sure.isEmpty
                ? nil
                : "calls are shared out as expected: "
                    + parts.map { "\($0.0) \($0.1.0)" }.joined(separator: ", "),
            parts.map { name, part in
                let expected = part.1 * Double(sure.count)
                return JSONMember(
                    name,
                    [
                        "calls": .int(part.0),
                        "expected": .number(JSONNumber(text: expected.toTenths)),
                    ])
            }, calls: sure)
        guard !sure.isEmpty else { return finding }
        if !hasRest, !others.isEmpty {
            finding.verdict = .fail
            finding.says = "\(others.count.of("call")) went where no share is"
            finding.calls = others.prefix(20).map(\.id)
            return finding
        }
        let found = parts.map { (counted: $0.1.0, expected: $0.1.1 * Double(sure.count)) }
        // One cell has all there is.
        if found.count == 1 { return finding }
        guard let test = ChiSquared(found) else {
            finding.verdict = .unknown
            finding.says =
                "\(sure.count.of("call")) are too few: a share has fewer than five of them"
            return finding
        }
        finding.measured += [
            JSONMember("chi_squared", .number(JSONNumber(text: test.statistic.toTenths))),
            JSONMember("freedom", .int(test.freedom)),
        ]
        guard test.isImprobable else { return finding }
        finding.verdict = .fail
        finding.says =
            "calls are shared out otherwise: "
            + parts.map { "\($0.0) \($0.1.0) of \(sure.count)" }.joined(separator: ", ")
            + " (chi-squared \(test.statistic.toTenths) over \(test.freedom) degrees of freedom, "
            + "more than \(test.critical.toTenths): p < 0.01)"
        return finding
    }

    // MARK: Users

    static func sticky(_ calls: [Call]) -> Finding {
        struct Seen {
            var model: String
            var first: Call
            var calls = 1
            var other: Call?
        }
        var users: [UInt64: Seen] = [:]
        var order: [UInt64] = []
        for call in calls where call.isSure {
            guard let user = call.attempts[0].user else { continue }
            guard var seen = users[user] else {
                users[user] = Seen(model: call.attempts[0].model, first: call)
                order.append(user)
                continue
            }
            seen.calls += 1
            if seen.other == nil, call.attempts[0].model != seen.model { seen.other = call }
            users[user] = seen
        }
        let several = order.compactMap { users[$0] }.filter { $0.calls > 1 }
        let moved = several.filter { $0.other != nil }
        var finding = Finding(
            .sticky, measuring: calls.isEmpty ? nil : "each user's calls go to one model",
            [
                JSONMember("users", .int(order.count)),
                JSONMember("users_with_several_calls", .int(several.count)),
                JSONMember("moved", .int(moved.count)),
            ], calls: several.map(\.first))
        if calls.isEmpty { return finding }
        if several.isEmpty {
            finding.verdict = .unknown
            finding.says =
                order.isEmpty
                ? "the journal does not say which user a call is of" : "no user has two calls"
        } else if let first = moved.first, let other = first.other {
            finding.verdict = .fail
            finding.says =
                "\(moved.count) of \(several.count.of("user")) went to more than one model: "
                + "\(first.model), then \(other.attempts[0].model)"
            finding.calls = moved.prefix(10).flatMap { [$0.first.id, $0.other?.id ?? $0.first.id] }
        }
        return finding
    }
}

extension Double {
    /// To one digit behind the point; of figures, which are never negative.
    var toTenths: String {
        let tenths = Int64((self * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}
