/// A scenario in force. Immutable: a change makes another one, and a request keeps the one it
/// came under to its end.
package final class Snapshot: Sendable {
    /// The scenario as it was when it came into force.
    package let scenario: Scenario
    /// Counts the scenarios this engine has served. What a session counts belongs to one.
    package let edition: Int
    /// When the scenario's time began, on the engine's clock.
    package let began: Duration
    /// The same in nanoseconds, as limits count.
    let beganNanoseconds: Int64
    /// The rules that go by a count of the calls which their `when` is about, and not of all.
    let callCountingRules: [Rule]
    /// What tells at a glance which of the scenario's rules a request cannot fit; nil: nothing.
    let screen: RuleScreen?
    /// The same of the rules of each phase.
    let phaseScreens: [RuleScreen?]
    /// Whether a rule holds calls to the waits that it promises.
    let holdsCalls: Bool
    /// The conditions of the expectations, where any of them has some; else empty.
    package let expectationScopes: [Conditions]
    /// The header that names users, where an expectation asks for it: in lower case.
    package let userHeader: String?
    /// Whether connections have to be asked about at all.
    let hasConnectionRules: Bool

    /// Puts a scenario in force. What requests ask again and again is found out here, once.
    package init(_ scenario: Scenario, edition: Int = 1, began: Duration = .zero) {
        self.scenario = scenario
        self.edition = edition
        self.began = began
        beganNanoseconds = began.inNanoseconds
        callCountingRules = (scenario.rules + scenario.phases.flatMap(\.rules)).filter {
            !$0.calls.isEmpty && !$0.isAtAccept && !$0.conditions.isEmpty
        }
        screen = RuleScreen(scenario.rules)
        phaseScreens = scenario.phases.map { RuleScreen($0.rules) }
        holdsCalls = scenario.holdsCalls
        let scopes = scenario.expectations.map(\.conditions)
        expectationScopes = scopes.allSatisfy(\.isEmpty) ? [] : scopes
        userHeader =
            scenario.expectations.lazy.flatMap(\.expectations).compactMap {
                if case .sticky(let header) = $0.want { header } else { nil }
            }.first
        hasConnectionRules = scenario.hasConnectionRules
    }
}

extension Snapshot {
    /// Which expectations are about a request, of the first 64: the lowest bit is the first one's.
    /// Nil: no expectation has conditions.
    package func expectations(about facts: RequestFacts) -> UInt64? {
        if expectationScopes.isEmpty { return nil }
        var bits: UInt64 = 0
        for (index, scope) in expectationScopes.prefix(64).enumerated() where scope.match(facts) {
            bits |= 1 << UInt64(index)
        }
        return bits
    }
}

extension Snapshot: Equatable {
    /// Whether both are the very same snapshot.
    package static func == (left: Snapshot, right: Snapshot) -> Bool { left === right }
}

/// A rule that was put on top of the scenarios for a while.
package struct TemporaryRule: Equatable, Sendable {
    /// The rule, which is asked before any of the scenarios'.
    package var rule: Rule
    /// When it ends by itself, on the engine's clock.
    package var until: Duration
    /// The session it is for; nil: every one.
    package var session: String?

    package init(rule: Rule, until: Duration, session: String? = nil) {
        self.rule = rule
        self.until = until
        self.session = session
    }
}
