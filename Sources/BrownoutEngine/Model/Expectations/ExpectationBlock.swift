/// What a scenario expects of some of the requests, and how the run is judged.
package struct ExpectationBlock: Equatable, Sendable {
    /// How much it weighs that an expectation is not met; the raw value is what a scenario writes.
    package enum Severity: String, CaseIterable, Sendable {
        /// The run fails.
        case error
        /// It is said, and the run may pass all the same.
        case warning
    }

    /// How much a rule of the scorecard weighs in this scenario.
    package struct Override: Equatable, Sendable {
        /// The rule, which is named once in a scenario.
        package var rule: VerdictRule
        /// What it is from now on.
        package var severity: VerdictRule.Severity

        package init(_ rule: VerdictRule, _ severity: VerdictRule.Severity) {
            self.rule = rule
            self.severity = severity
        }
    }

    /// Which requests it is about, as the scenario says it.
    package let when: Matcher
    /// `when`, as requests are held against it.
    package let conditions: Conditions
    /// The phase it is about, one of the scenario's; nil: all of the run.
    package var phase: String?
    /// How much it weighs that one of the expectations is not met.
    package var severity: Severity
    /// In the order of the file.
    package var expectations: [Expectation]
    /// In the order of the file. They hold for the whole run, whatever `when` and `phase` say.
    package var scorecard: [Override]
    /// The windows that the block names. They hold for the whole run too.
    package var windows: VerdictWindows.Overrides

    /// A block; one that names no windows leaves them as they are.
    package init(
        when: Matcher = Matcher(), phase: String? = nil, severity: Severity = .error,
        expectations: [Expectation] = [], scorecard: [Override] = [],
        windows: VerdictWindows.Overrides = .init()
    ) {
        self.when = when
        conditions = when.conditions
        self.phase = phase
        self.severity = severity
        self.expectations = expectations
        self.scorecard = scorecard
        self.windows = windows
    }
}

extension Scenario {
    /// How much a rule of the scorecard weighs: as the scenario says, else as usual.
    package func severity(of rule: VerdictRule) -> VerdictRule.Severity {
        expectations.lazy.flatMap(\.scorecard).first { $0.rule == rule }?.severity ?? rule.severity
    }

    /// The windows that verdicts go by: as the scenario says, else as usual.
    package var verdictWindows: VerdictWindows {
        var windows = VerdictWindows()
        for block in expectations { windows.apply(block.windows) }
        return windows
    }
}
