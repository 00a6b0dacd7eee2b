import BrownoutEngine
import BrownoutScenarios
import BrownoutYAML
import Testing

/// Whole scenarios.
@Suite struct ScenarioTests {
    /// The long example of the design, without the keys of later versions.
    static let longExample = """
        scenario: Anthropic is overloaded, OpenAI is not
        seed: 7

        source: synthesise
        pace:
          first-token: lognormal(median 300ms, p99 2s)
          between-tokens: 20ms

        rules:                             # the first rule that fires decides
          - name: overloaded
            when: {provider: anthropic, endpoint: messages, model: "claude-*", stream: true}
            attempts: 1-2
            fault: overloaded
          - name: wobble
            when: {provider: openai}
            one-of:
              - {chance: 15%, fault: {cause: rate-limited, retry-after: 2s}}
              - {chance: 3%, fault: server-error}
              - {chance: 2%, fault: {cut: reset, at: token 5}}
              - {chance: 1%, fault: {stall: 20s, at: 50%}}
          - name: flaky start
            when: {header: {x-team: "search*"}}
            sequence: [rate-limited, overloaded, ok]
          - name: a scripted answer
            when: {user-text: "*weather*"}
            reply:
              thinking: "…"
              text: "Let me look."
              tool-calls: [{name: get_weather, arguments: {city: Paris}}]
              finish: tool_calls
          - name: three answers in order
            sequence:
              by: arrival
              steps: [{latency: 2s}, {hang: 5s, at: event 3}, {reply: {text: "Paris"}}]
              then: ok
        """

    @Test func theLongExampleLoads() throws {
        let loaded = try load(Self.longExample)
        let scenario = loaded.scenario
        #expect(scenario.name == "Anthropic is overloaded, OpenAI is not")
        #expect(scenario.seed == 7)
        #expect(
            scenario.pace
                == Pace(
                    firstToken: .logNormal(median: .milliseconds(300), p99: .seconds(2)),
                    betweenTokens: .constant(.milliseconds(20))))
        #expect(
            scenario.rules.map(\.name) == [
                "overloaded", "wobble", "flaky start", "a scripted answer",
                "three answers in order",
            ])
        #expect(scenario.rules.map(\.determinism) == [.pure, .pure, .pure, .pure, .ordered])
        #expect(loaded.ruleSpans.map(\.start.line) == [10, 14, 21, 24, 31])
        #expect(loaded.warnings.isEmpty)
    }

    @Test func aScenarioNeedsOnlyItsName() throws {
        #expect(try load("scenario: calm").scenario == Scenario(name: "calm"))
    }

    @Test(arguments: [
        #"{"scenario": "x", "rules": [{"name": "a", "chance": 0.5, "fault": "reset"}]}"#,
        "{\n\t\"scenario\":\"x\",\n\t\"rules\":[{\"name\":\"a\",\"chance\":\"50%\",\"fault\":\"reset\"}]\n}",
    ])
    func jsonIsAScenarioToo(_ text: String) throws {
        #expect(try load(text).scenario.rules.first?.chance == Chance(1, outOf: 2))
    }

    @Test func aByteOrderMarkIsNoPartOfTheFile() throws {
        #expect(try load("\u{FEFF}scenario: x").scenario.name == "x")
    }

    @Test func theLargestSeedIsASeed() throws {
        #expect(try load("scenario: x\nseed: 18446744073709551615").scenario.seed == .max)
    }

    @Test func providersOfItsOwnCanBeMatched() throws {
        let loaded = try load(
            """
            scenario: x
            rules:
              - {name: a, when: {provider: backup-2, endpoint: messages}, fault: overloaded}
            providers: {primary: openai, backup-2: {dialect: anthropic}}
            """)
        #expect(
            loaded.scenario.providers == [
                VirtualProvider(name: "primary", dialect: .openai),
                VirtualProvider(name: "backup-2", dialect: .anthropic),
            ])
    }

    @Test(
        arguments: [
            ("drop: query", [.provider, .endpoint, .normalForm]),
            ("drop: query-without-body", [.provider, .endpoint, .normalForm]),
            ("add: [query]", [.provider, .endpoint, .normalForm, .queryWithoutBody, .query]),
            ("on: [query-without-body]", [.queryWithoutBody]),
        ] as [(String, [MatchPart])])
    func whatCountsOfAQueryCanBeSaid(match: String, parts: [MatchPart]) throws {
        let loaded = try load("scenario: x\nsource: {replay: /, match: {\(match)}}")
        guard case .replay(let source) = loaded.scenario.source else {
            Issue.record("\(loaded.scenario.source)")
            return
        }
        #expect(source.match.map(\.parts) == [parts])
    }

    @Test func aWarningDoesNotRefuseTheScenario() throws {
        let loaded = try load("scenario: x\nrules: [{name: a, chance: 0, fault: reset}]")
        #expect(
            loaded.warnings.map(\.headline) == [
                "test.yaml:2:27: warning: rule 'a' never fires: its chance is 0"
            ])
    }
}
