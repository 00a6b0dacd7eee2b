package import BrownoutEngine
package import BrownoutJSON
package import BrownoutRecords
package import BrownoutVerdicts

/// A run as reports show it: what `--json` holds of it, as values. Everything that is printed of a
/// run comes from here, so all forms tell the same.
package struct RunReport: Sendable {
    /// The scenario's name.
    package var scenario: String
    /// The scenario's file, as it was named; nil: there is none.
    package var file: String?
    /// The seed of its draws.
    package var seed: UInt64
    /// Which of several runs of the same scenario and seed it is; from 1.
    package var repetition = 1
    /// What it comes to.
    package var verdict: Verdict
    /// How its command ended; nil: there was none.
    package var command: CommandEnd?
    /// The client's calls, in the order they began.
    package var calls: [CallReport]
    /// The scorecard and the guards.
    package var rules: [RuleReport]
    /// The scenario's own wishes.
    package var expectations: [ExpectationReport]
    /// What each rule of the scenario did.
    package var faults: [FaultReport]
    /// Which causes were met where.
    package var coverage: [CoverageReport]
    /// What it cost; nil: nobody reckoned it.
    package var cost: CostReport?

    /// The verdict; a strict one is unknown where a rule of weight is.
    package func verdict(isStrict: Bool) -> Verdict {
        guard isStrict, verdict == .pass else { return verdict }
        let isOpen = rules.contains { $0.severity == .error && $0.verdict == .unknown }
        return isOpen ? .unknown : .pass
    }

    /// The rules that failed, those of weight first.
    package var failing: [RuleReport] {
        let failed = rules.filter { $0.verdict == .fail }
        return failed.filter { $0.severity == .error } + failed.filter { $0.severity != .error }
    }

    /// The expectations that failed.
    package var unmet: [ExpectationReport] { expectations.filter { $0.verdict == .fail } }

    /// How many attempts there were.
    package var attemptCount: Int { calls.reduce(0) { $0 + $1.attempts.count } }

    /// How many calls came to each outcome that occurred, in the order of the reference.
    package var outcomes: [(outcome: Call.Outcome, count: Int)] {
        Call.Outcome.allCases.compactMap { outcome in
            let count = calls.count { $0.outcome == outcome }
            return count > 0 ? (outcome, count) : nil
        }
    }

    /// `12 calls, 15 attempts: 11 delivered, 1 exhausted`.
    var countsText: String {
        let counts = outcomes.map { "\($0.count) \($0.outcome.rawValue)" }
        return "\(calls.count.of("call")), \(attemptCount.of("attempt"))"
            + (counts.isEmpty ? "" : ": " + counts.joined(separator: ", "))
    }

    /// A call by its name.
    func call(_ id: String) -> CallReport? { calls.first { $0.id == id } }
}

/// One call, as reports show it.
package struct CallReport: Sendable {
    /// `c1`, `c2`, …
    package var id: String
    /// The session that its requests name.
    package var session: String
    /// What became of it, as the provider sees it.
    package var outcome: Call.Outcome
    /// What the client said it made of it; nil: nothing.
    package var declared: DeclaredReport?
    /// Whether it is sure that its attempts belong together.
    package var isSure: Bool
    /// Whether two attempts were in progress at a time.
    package var isHedged: Bool
    /// Its attempts, in the order they came; at least one.
    package var attempts: [AttemptReport]

    /// Whether the client has what it wanted, by its own word, else by what went out; nil: it is in
    /// progress.
    package var hasSucceeded: Bool? {
        switch declared?.outcome {
        case .succeeded?, .fellBack?: true
        case .failed?: false
        case .partial?, nil: outcome == .pending ? nil : outcome == .delivered
        }
    }

    /// `503 → 503 → 200`.
    package var chain: String { attempts.map(\.word).joined(separator: " → ") }

    /// What was promised and waited between its attempts; nil: nothing was.
    var waitsText: String? {
        let texts = attempts.compactMap(\.waitText)
        return texts.isEmpty ? nil : texts.joined(separator: "; then ")
    }

    /// When its first attempt began, in seconds of the scenario's time.
    var begin: Double { attempts[0].at }

    /// From there to the end of what is known of it, in seconds.
    var length: Double {
        (attempts.map { $0.at + ($0.took ?? 0) }.max() ?? begin) - begin
    }
}

/// What a client said it made of a call.
package struct DeclaredReport: Sendable {
    /// How the call ended for the client.
    package var outcome: DeclaredOutcome
    /// What it took the error for.
    package var category: String?
    /// Whether it took it for worth a retry.
    package var isRetryable: Bool?
    /// Its own words.
    package var message: String?
}

/// One attempt, as reports show it; times are in seconds.
package struct AttemptReport: Sendable {
    /// The exchange, as `brownout explain` takes it.
    package var exchange: String
    /// The provider that was asked.
    package var provider: String
    /// The model that was named.
    package var model: String
    /// When it began, on the scenario's clock.
    package var at: Double
    /// Until its end, where that is known.
    package var took: Double?
    /// The status that went out; nil: none did.
    package var status: Int?
    /// The cause of the error that was planned.
    package var cause: String?
    /// What went wrong, as scenarios name it.
    package var faults: [String]
    /// How the exchange ended; nil: it has not.
    package var ending: String?
    /// From its head to the next attempt; nil on the last.
    package var waited: Double?
    /// The wait that its answer asked for.
    package var promised: Double?

    /// The status, or what there was in its place.
    package var word: String {
        guard let status else { return faults.first ?? ending ?? "pending" }
        guard status < 400, let fault = faults.first else { return String(status) }
        return "\(status) \(fault)"
    }

    /// `promised 1 s, waited 200 ms`; nil: nothing was promised, and none followed.
    var waitText: String? {
        switch (promised, waited) {
        case (let promised?, let waited?):
            "promised \(promised.asTime), waited \(waited.asTime)"
        case (let promised?, nil): "promised \(promised.asTime), nothing followed"
        case (nil, let waited?): "waited \(waited.asTime)"
        case (nil, nil): nil
        }
    }
}

/// What a rule comes to, as reports show it.
package struct RuleReport: Sendable {
    /// The rule's name.
    package var rule: String
    /// What it comes to.
    package var verdict: Verdict
    /// What it weighs where it fails.
    package var severity: VerdictRule.Severity
    /// A sentence for whoever has to act on it.
    package var says: String
    /// Its figures.
    package var measured: [JSONMember]
    /// The calls that prove it.
    package var calls: [String]
    /// The exchanges that prove it.
    package var exchanges: [String]

    /// Whether it is no rule of the scorecard, but watches over the drill itself.
    package var isGuard: Bool { VerdictRule(rawValue: rule) == nil }

    /// `fail`, or `warn` where the run may pass all the same.
    var word: String {
        verdict == .fail && severity != .error ? "warn" : verdict.rawValue
    }
}

/// What an expectation comes to, as reports show it.
package struct ExpectationReport: Sendable {
    /// Its keys with dots between them.
    package var path: String
    /// What is wanted, as it was written.
    package var wanted: String
    /// What was found; nil: nothing that can be held against it.
    package var found: String?
    /// What it comes to.
    package var verdict: Verdict
    /// Whether the run fails by it.
    package var severity: ExpectationBlock.Severity
    /// Where it stands in the scenario.
    package var line: Int
    /// The calls that prove it.
    package var calls: [String]

    /// `fail`, or `warn` where the run may pass all the same.
    var word: String {
        verdict == .fail && severity != .error ? "warn" : verdict.rawValue
    }

    /// `attempts.per-call: wanted <= 3, found 4`.
    var says: String {
        "\(path): wanted \(wanted), found " + (found ?? "nothing that can be held against it")
    }
}

/// What a rule of the scenario did, as reports show it.
package struct FaultReport: Sendable {
    /// The rule's name.
    package var rule: String
    /// The fault that it decided first; empty: none.
    package var fault: String
    /// The requests that it had a part in.
    package var fired: Int
    /// Those of them that met the fault.
    package var injected: Int
}

/// Where a cause was met, and how often.
package struct CoverageReport: Sendable {
    /// The cause.
    package var cause: String
    /// The provider's word for what was asked for.
    package var endpoint: String
    /// `before` the answer, or `in-stream`.
    package var place: String
    /// How often.
    package var count: Int
}
