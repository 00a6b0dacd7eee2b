import BrownoutEngine
import BrownoutScenarios
import BrownoutYAML
import Testing

/// Testing has a type of the same name.
private typealias Wanted = BrownoutEngine.Expectation

/// What the keys of `expect` become.
@Suite struct ExpectationKeyTests {
    private func block(
        _ keys: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> ExpectationBlock {
        let loaded = try load("scenario: x\nexpect: {\(keys)}", sourceLocation: sourceLocation)
        return try #require(loaded.scenario.expectations.first, sourceLocation: sourceLocation)
    }

    private static func number(_ relation: Comparison.Relation, _ number: UInt64) -> Comparison {
        Comparison(relation, .number(Ratio(number)))
    }

    private static func time(_ relation: Comparison.Relation, _ time: Duration) -> Comparison {
        Comparison(relation, .duration(time))
    }

    private static func share(_ relation: Comparison.Relation, _ percent: UInt64) -> Comparison {
        Comparison(relation, .share(Chance(percent, outOf: 100) ?? .never))
    }

    @Test(
        arguments: [
            (
                "calls: {succeeded: '>= 95%'}", "calls.succeeded",
                .calls(.succeeded, share(.atLeast, 95))
            ),
            ("calls: {failed: '<= 2'}", "calls.failed", .calls(.failed, number(.atMost, 2))),
            ("calls: {total: '==20'}", "calls.total", .calls(.total, number(.equal, 20))),
            (
                "attempts: {per-call: '<= 3'}", "attempts.per-call",
                .attempts(.perCall, number(.atMost, 3))
            ),
            ("attempts: {total: '< 40'}", "attempts.total", .attempts(.total, number(.less, 40))),
            ("latency: {p50: '<= 1s'}", "latency.p50", .latency(.p50, time(.atMost, .seconds(1)))),
            ("latency: {p95: '> 1s'}", "latency.p95", .latency(.p95, time(.more, .seconds(1)))),
            (
                "first-token: {p99: '< 300ms'}", "first-token.p99",
                .firstToken(.p99, time(.less, .milliseconds(300)))
            ),
            (
                "breaker: {opens-after: '<= 5'}", "breaker.opens-after",
                .breaker(.opensAfter, number(.atMost, 5))
            ),
            ("breaker: {probes: '<= 2'}", "breaker.probes", .breaker(.probes, number(.atMost, 2))),
            (
                "breaker: {closes-within: 10s}", "breaker.closes-within",
                .breaker(.closesWithin, time(.atMost, .seconds(10)))
            ),
            (
                "breaker: {closes-within: '< 9s'}", "breaker.closes-within",
                .breaker(.closesWithin, time(.less, .seconds(9)))
            ),
            (
                "categories: {accuracy: '>= 90%'}", "categories.accuracy",
                .accuracy(share(.atLeast, 90))
            ),
            ("retry-after: honoured", "retry-after", .retryAfterHonoured),
            ("backoff: {grows: true}", "backoff.grows", .backoff(.grows, true)),
            ("backoff: {jitter: false}", "backoff.jitter", .backoff(.jitter, false)),
            (
                "not-retried: [billing, invalid-api-key]", "not-retried",
                .notRetried([.billing, .invalidAPIKey])
            ),
            ("retried: overloaded", "retried", .retried([.overloaded])),
            ("sticky: {header: X-User}", "sticky", .sticky(header: "x-user")),
        ] as [(String, String, Wanted.Want)])
    fileprivate func aKeyIsWhatIsWanted(_ text: String, _ path: String, _ want: Wanted.Want) throws
    {
        let expectations = try block(text).expectations
        #expect(expectations.map(\.want) == [want])
        #expect(expectations.map(\.path) == [path])
        #expect(expectations.map(\.line) == [2])
    }

    @Test func decimalsAndMoneyAreExact() throws {
        let block = try block(
            "attempts: {amplification: '<= 1.50'}, cost: {wasted: '<= 0.05 USD'}")
        let half = try #require(Ratio(3, outOf: 2))
        let cents = try #require(Ratio(1, outOf: 20))
        #expect(
            block.expectations.map(\.want) == [
                .attempts(.amplification, Comparison(.atMost, .number(half))),
                .wasted(Comparison(.atMost, .dollars(cents))),
            ])
        #expect(block.expectations.map(\.wanted) == ["<= 1.50", "<= 0.05 USD"])
    }

    @Test func placesAreProvidersElseModels() throws {
        let block = try block(
            "fallback: {from: openai, to: 'provider:anthropic', within: 2s}, "
                + "split: {gpt-*: 50%, 'model:openai': 0.2, llama3:8b: 1/10}")
        let fallback = Wanted.Fallback(
            from: .provider("openai"), to: .provider("anthropic"),
            within: Self.time(.atMost, .seconds(2)))
        #expect(block.expectations.first?.want == .fallback(fallback))
        guard case .split(let cells)? = block.expectations.last?.want else {
            return #expect(Bool(false))
        }
        #expect(
            cells.map(\.target) == [
                .model(try glob("gpt-*")), .model(try glob("openai")),
                .model(try glob("llama3:8b")),
            ])
        #expect(cells.map(\.share.written) == ["50%", "20%", "10%"])
        #expect(
            block.expectations.map(\.wanted) == [
                "from: openai, to: provider:anthropic, within: 2s",
                "gpt-*: 50%, model:openai: 0.2, llama3:8b: 1/10",
            ])
    }

    @Test func aListHasABlockForEachMapping() throws {
        let loaded = try load(
            """
            scenario: x
            phases:
              - {name: outage, for: 1s}
              - {name: calm}
            expect:
              - when: {provider: openai}
                phase: outage
                severity: warning
                latency: {p95: "<= 2s"}
                calls:
                  failed: "<= 1"
              - scorecard: {herd: off}
                patience: 20s
            """)
        let blocks = loaded.scenario.expectations
        #expect(blocks.map(\.phase) == ["outage", nil])
        #expect(blocks.map(\.severity) == [.warning, .error])
        #expect(blocks.first?.when.provider.map(\.text) == ["openai"])
        #expect(blocks.first?.expectations.map(\.path) == ["latency.p95", "calls.failed"])
        #expect(blocks.first?.expectations.map(\.line) == [9, 11])
        #expect(blocks.last?.expectations == [])
        #expect(loaded.warnings == [])
    }

    @Test func whatIsSaidOfTheRunHoldsForAllOfIt() throws {
        let scenario = try load(
            """
            scenario: x
            expect:
              - scorecard: {jitter: error, herd: off}
                retry-window: 2m
                fallback-window: 3m
              - {breaker-window: 4m, patience: 5m}
            """
        ).scenario
        #expect(scenario.severity(of: .jitter) == .error)
        #expect(scenario.severity(of: .herd) == .off)
        #expect(scenario.severity(of: .fallback) == .info)
        let windows = scenario.verdictWindows
        #expect(windows.retry == .seconds(120))
        #expect(windows.fallback == .seconds(180))
        #expect(windows.breaker == .seconds(240))
        #expect(windows.patience == .seconds(300))
        #expect(Scenario.healthy.expectations == [])
        #expect(Scenario.healthy.verdictWindows == VerdictWindows())
        #expect(VerdictWindows().patience == .seconds(60))
    }

    @Test(arguments: VerdictRule.allCases)
    func everyRuleOfTheScorecardCanBeNamed(_ rule: VerdictRule) throws {
        let scenario = try load("scenario: x\nexpect: {scorecard: {\(rule.rawValue): off}}")
            .scenario
        #expect(scenario.severity(of: rule) == .off)
        #expect(rule.severity != .off)
    }

    @Test func thereAreTwentyTwoRules() {
        #expect(VerdictRule.allCases.count == 22)
        #expect(VerdictRule.allCases.filter { $0.severity == .error }.count == 6)
    }

    @Test func aRuleMayBeOptional() throws {
        #expect(try rule("optional: true\nfault: reset").isOptional)
        #expect(try !rule("optional: false\nfault: reset").isOptional)
        #expect(try !rule("fault: reset").isOptional)
    }

    @Test(arguments: [
        (
            "when: {model: a}, patience: 5s",
            "'patience' holds for the whole run, whatever 'when' says"
        ),
        ("calls: {total: '>= 0'}", "'calls.total' holds whatever happens"),
        ("attempts: {per-call: '>= 1'}", "'attempts.per-call' holds whatever happens"),
        ("calls: {failed: '<= 100%'}", "'calls.failed' holds whatever happens"),
        (
            "split: {opanai: 50%}",
            "'opanai' is no provider, so it is a model; did you mean 'openai'?"
        ),
    ])
    func whatLooksLikeAMistakeIsWarnedOf(_ keys: String, _ warning: String) throws {
        let loaded = try load("scenario: x\nexpect: {\(keys)}")
        #expect(loaded.warnings.map(\.message) == [warning])
    }

    @Test func aComparisonIsExact() throws {
        let third = try #require(Ratio(1, outOf: 3))
        let share = Comparison(.atLeast, .share(try #require(Chance(1, outOf: 3))))
        #expect(share.holds(for: third))
        #expect(share.holds(for: 1, of: 3) == true)
        #expect(share.holds(for: 33, of: 100) == false)
        #expect(share.holds(for: 0, of: 0) == nil)
        #expect(Self.number(.less, 3).holds(for: 2, of: 0) == true)
        #expect(Self.time(.atMost, .seconds(1)).holds(for: .seconds(1)))
        #expect(!Self.time(.less, .seconds(1)).holds(for: .seconds(1)))
        #expect(!Self.time(.more, .seconds(1)).holds(for: .seconds(1)))
    }
}
