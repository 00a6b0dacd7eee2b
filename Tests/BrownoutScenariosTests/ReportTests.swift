import BrownoutEngine
import BrownoutJSON
import BrownoutScenarios
import BrownoutYAML
import Testing

/// What `brownout check` says about a scenario that is right.
@Suite struct ReportTests {
    private func report(_ rules: String) throws -> ScenarioReport {
        ScenarioReport(try load("scenario: x\nrules:\n" + rules))
    }

    /// The effective rate of the last rule, as text, with `up to ` where it is a bound.
    private func effective(_ rules: String) throws -> String {
        let rule = try #require(try report(rules).rules.last)
        return (rule.overlaps.isEmpty ? "" : "up to ") + rule.effective.text
    }

    @Test func theReportIsATableWithReasons() throws {
        let expected = """
            test.yaml: x
            seed 0, 4 rules

            RULE      CLASS    NOMINAL      EFFECTIVE  APPLIES TO
            limited   pure         21%            21%  provider openai
                                   15%            15%  → rate-limited (retry-after 2s)
                                    6%             6%  → cut reset at token 5, latency 1.5s
            start     pure        100%     up to 100%  header x-team: search*; attempts 1-2
                                                       → attempt 1: overloaded
                                                       → attempt 2+: ok
                                                       up to: 'limited' may take some of these first
            slow      ordered  ≈3.333%  up to ≈3.333%  every request; every 3
                                                       → latency 200ms..900ms
                                                       ordered: counts arrivals: every 3
                                                       also: adds to what later rules decide
                                                       up to: 'limited', 'start' may take some of these first
            scripted  timed       100%      up to 79%  provider openai, streams; during 10s..40s
                                                       → reply 'Paris'
                                                       timed: reads the clock: during 10s..40s
                                                       up to: 'start' may take some of these first

            """
        let report = try report(
            """
              - name: limited
                when: {provider: openai}
                one-of:
                  - {chance: 15%, fault: {cause: rate-limited, retry-after: 2s}}
                  - {chance: 6%, cut: reset, at: token 5, latency: 1.5s}
              - {name: start, when: {header: {x-team: "search*"}}, attempts: 1-2, sequence: [overloaded, ok]}
              - {name: slow, every: 3, chance: 10%, also: true, latency: 200ms..900ms}
              - {name: scripted, when: {provider: openai, stream: true}, during: 10s..40s, reply: {text: Paris}}
            """)
        #expect(report.text == expected)
    }

    @Test func phasesComeFirstAndTakeFromTheRest() throws {
        let expected = """
            test.yaml: x
            seed 0, 3 rules
            clock x10

            phase 'healthy': 20 calls; ordered; no rules of its own

            phase 'recovery': 30s, chances scaled 100%..0%; timed
            RULE   CLASS  NOMINAL  EFFECTIVE  APPLIES TO
            shaky  timed      50%        50%  provider openai
                                              → overloaded
            late   timed     100%        50%  provider openai
                                              → reset

            then from the first phase again

            in every phase:
            RULE    CLASS  NOMINAL   EFFECTIVE  APPLIES TO
            always  pure      100%  up to 100%  every request
                                                → latency 1s
                                                up to: 'shaky', 'late' may take some of these first

            """
        let report = ScenarioReport(
            try load(
                """
                scenario: x
                clock: x10
                repeat: true
                phases:
                  - {name: healthy, calls: 20}
                  - name: recovery
                    for: 30s
                    ramp: 100%..0%
                    rules:
                      - {name: shaky, when: {provider: openai}, chance: 50%, fault: overloaded}
                      - {name: late, when: {provider: openai}, fault: reset}
                rules:
                  - {name: always, latency: 1s}
                """))
        #expect(report.text == expected)
    }

    @Test(arguments: [
        // A wider rule before takes its share.
        ("  - {name: a, chance: 25%, fault: reset}\n", "75%"),
        ("  - {name: a, chance: 1/3, fault: reset}\n", "≈66.667%"),
        ("  - {name: a, when: {provider: openai}, chance: 25%, fault: reset}\n", "75%"),
        // Two multiply.
        (
            "  - {name: a, chance: 50%, fault: reset}\n  - {name: a2, chance: 50%, fault: reset}\n",
            "25%"
        ),
        // A rule that only adds, never fires, or is about others takes nothing.
        ("  - {name: a, chance: 25%, also: true, latency: 1s}\n", "100%"),
        ("  - {name: a, chance: 0, when: {stream: true}, fault: reset}\n", "100%"),
        ("  - {name: a, when: {provider: anthropic}, fault: reset}\n", "100%"),
        ("  - {name: a, when: {endpoint: messages}, fault: reset}\n", "100%"),
        ("  - {name: a, when: {model: o1}, fault: reset}\n", "100%"),
        ("  - {name: a, attempts: 2+, fault: reset}\n", "100%"),
        // How much these take is not known.
        ("  - {name: a, when: {stream: true}, fault: reset}\n", "up to 100%"),
        ("  - {name: a, when: {key: \"*4o\"}, fault: reset}\n", "up to 100%"),
        ("  - {name: a, every: 2, fault: reset}\n", "up to 100%"),
        ("  - {name: a, during: 10s+, fault: reset}\n", "up to 100%"),
    ])
    func anEffectiveRateCountsTheRulesBefore(_ before: String, _ expected: String) throws {
        let last =
            "  - {name: b, when: {provider: openai, endpoint: chat-completions, model: gpt-4o}, "
            + "attempts: 1, fault: overloaded}"
        #expect(try effective(before + last) == expected)
    }

    @Test func manyRulesWithUnlikeChancesHaveANearRate() throws {
        let before = (1...9).map {
            "  - {name: a\($0), chance: 1/\(100_000 + $0 * 13), fault: reset}\n"
        }.joined()
        #expect(try effective(before + "  - {name: b, fault: reset}") == "≈99.991%")
    }

    @Test func aScenarioWithoutRulesSaysSo() throws {
        let text = ScenarioReport(try load("scenario: calm\nseed: 7")).text
        #expect(text == "test.yaml: calm\nseed 7, 0 rules\nevery answer is healthy\n")
        let replaying = ScenarioReport(try load("scenario: x\nsource: {replay: /usr/bin/}")).text
        #expect(
            replaying.hasSuffix(
                """
                answers from recordings in /usr/bin/, order repeat-last, on a miss fail
                  ordered: of several recordings of a request, the next one answers
                every answer is as it comes

                """))
    }

    @Test func limitsAreListedWithWhatTheyDependOn() throws {
        let report = ScenarioReport(
            try load(
                """
                scenario: x
                limits:
                  - {name: rpm, per: key, requests: 60/min, burst: 10, input-tokens: 9000/day}
                  - {name: slots, when: {provider: openai}, concurrent: 5, refuse-with: reset}
                """))
        #expect(
            report.text == """
                test.yaml: x
                seed 0, 0 rules

                LIMIT  CLASS    APPLIES TO
                rpm    timed    every request
                                lets through requests 60/min, burst 10; input-tokens 9000/day \
                (token-bucket) for each key
                                refuses with rate-limited, retry-after exact
                                timed: reads the clock and counts arrivals
                slots  ordered  provider openai
                                lets through 5 answers at a time for each session
                                refuses with reset, retry-after exact
                                ordered: counts answers in progress
                every other answer is healthy

                """)
        let limit = try #require(report.json["limits"]?.arrayValue?.first)
        #expect(limit["admits"] == ["requests 60/min, burst 10", "input-tokens 9000/day"])
        #expect(limit["class"] == "timed")
        #expect(limit["per"] == ["key"])
    }

    @Test func theJSONHasTheSame() throws {
        let report = try report(
            """
              - name: a
                when: {provider: openai}
                chance: 50%
                one-of:
                  - {chance: 1/4, fault: reset}
              - {name: b, calls: 1-3, sequence: {by: arrival, steps: [reset], then: ok}}
            """)
        let expected: JSON = [
            "file": "test.yaml", "scenario": "x", "seed": 0, "clock": "real",
            "source": nil,
            "access": .null, "keys": .null, "limits": [], "phases": [],
            "rules": [
                [
                    "name": "a", "line": 3, "class": "pure", "reasons": [],
                    "applies-to": "provider openai", "also": false, "needs": [],
                    "nominal": .number(JSONNumber(text: "0.125")),
                    "effective": .number(JSONNumber(text: "0.125")),
                    "effective-is-bound": false, "overlaps": [],
                    "outcomes": [
                        [
                            "nominal": .number(JSONNumber(text: "0.125")),
                            "effective": .number(JSONNumber(text: "0.125")),
                            "effect": "reset",
                        ]
                    ],
                ],
                [
                    "name": "b", "line": 8, "class": "ordered",
                    "reasons": [
                        "counts calls: calls 1-3", "counts arrivals: sequence by arrival",
                    ],
                    "applies-to": "every request; calls 1-3", "also": false, "needs": [],
                    "nominal": 1, "effective": 1, "effective-is-bound": true, "overlaps": ["a"],
                    "outcomes": [
                        ["step": "arrival 1", "effect": "reset"],
                        ["step": "then", "effect": "ok"],
                    ],
                ],
            ],
        ]
        #expect(report.json.text == expected.text)
    }
}
