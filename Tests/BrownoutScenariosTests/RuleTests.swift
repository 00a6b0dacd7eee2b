import BrownoutDialects
import BrownoutEngine
import BrownoutScenarios
import BrownoutYAML
import Testing

/// Every key of a rule becomes the value it says.
@Suite struct RuleTests {
    @Test(arguments: Cause.allCases)
    func everyCauseIsAFaultByItsName(_ cause: Cause) throws {
        #expect(try effect("fault: \(cause.rawValue)").fault == .error(CauseFault(cause)))
    }

    @Test(arguments: [
        ("no-answer", Fault.cut(.fin, at: .start)),
        ("reset", .cut(.reset, at: .start)),
        ("{cause: overloaded, at: event 3}", .errorEvent(CauseFault(.overloaded), at: .event(3))),
        (
            "{cause: rate-limited, limit: tokens, should-retry: false, message: 'slow down'}",
            .error(
                CauseFault(
                    .rateLimited, shouldRetry: false, message: "slow down", countsTokens: true))
        ),
        (
            "{cause: rate-limited, limit: requests, should-retry: true}",
            .error(CauseFault(.rateLimited, shouldRetry: true))
        ),
        ("{cut: clean, at: event 2}", .cut(.clean, at: .event(2))),
        ("{cut: fin, at: byte 9}", .cut(.fin, at: .byte(9))),
        ("{cut: stall, at: headers}", .cut(.stall, at: .headers)),
        ("{stall: 20s, at: token 1}", .stall(.seconds(20), at: .token(1))),
        ("{hang: 5s, at: event 3}", .hang(.seconds(5), at: .event(3))),
        ("{hang: forever}", .hang(nil, at: .start)),
        ("{hang: 1m}", .hang(.seconds(60), at: .start)),
        ("{cause: server-error, at: start}", .errorEvent(CauseFault(.serverError), at: .start)),
    ])
    func aFaultIsWhatItsKeysSay(_ text: String, _ expected: Fault) throws {
        #expect(try effect("fault: \(text)").fault == expected)
    }

    @Test func aRuleKeepsAllItsKeys() throws {
        let rule = try rule(
            """
            when: {provider: anthropic, endpoint: messages}
            attempts: 1-2
            calls: 3+
            every: 2
            during: 10s..40s
            chance: 1/3
            also: true
            fault: {cause: overloaded, at: event 3}
            reply: {text: hi}
            latency: 2s
            """)
        var when = Matcher()
        when.provider = [try glob("anthropic")]
        when.endpoint = [.messages]
        let expected = Rule(
            name: "a", when: when, attempts: [try #require(CountRange(1, through: 2))],
            calls: [try #require(CountRange(3, through: nil))], every: 2,
            during: TimeRange(from: .seconds(10), to: .seconds(40)),
            chance: try #require(Chance(1, outOf: 3)), also: true,
            action: .effect(
                Effect(
                    fault: .errorEvent(CauseFault(.overloaded), at: .event(3)),
                    reply: ReplyScript(text: "hi"),
                    latency: LatencyPlan(beforeHeaders: .constant(.seconds(2))))))
        #expect(rule == expected)
    }

    @Test func aWhenKeepsAllItsConditions() throws {
        let rule = try rule(
            """
            when:
              provider: [openai, "anth*"]
              endpoint: [chat-completions, models]
              model: "gpt-*"
              stream: true
              tools: false
              key: [sk-a, "sk-b*"]
              client: [127.0.0.0/8, "192.168.1.*", 10.0.0.7, "2001:db8::/32"]
              header: {X-Team: "search*"}
              body: {/user: "test-*", "": "*"}
              session: ci-1
              user-text: "*weather*"
            fault: overloaded
            """)
        var when = Matcher()
        when.provider = [try glob("openai"), try glob("anth*")]
        when.endpoint = [.chatCompletions, .models]
        when.model = [try glob("gpt-*")]
        when.stream = true
        when.tools = false
        when.key = [try glob("sk-a"), try glob("sk-b*")]
        when.client = try ["127.0.0.0/8", "192.168.1.*", "10.0.0.7", "2001:db8::/32"].map {
            try AddressPattern($0)
        }
        when.header = [.init(name: "x-team", value: try glob("search*"))]
        when.body = [
            .init(pointer: "/user", value: try glob("test-*")),
            .init(pointer: "", value: try glob("*")),
        ]
        when.session = [try glob("ci-1")]
        when.userText = [try glob("*weather*")]
        #expect(rule.when == when)
    }

    @Test func oneOfTakesFaultsRepliesLatenciesAndAFaultsOwnKeys() throws {
        let rule = try rule(
            """
            one-of:
              - {chance: 50%, fault: {cause: rate-limited, retry-after: 2s}}
              - {chance: 1/4, cut: reset, at: token 5}
              - {chance: 0.125, reply: {text: Paris}}
              - {chance: 12.5%, latency: 2s, cause: conflict}
            """)
        let half = try #require(Chance(1, outOf: 2))
        let quarter = try #require(Chance(1, outOf: 4))
        let eighth = try #require(Chance(1, outOf: 8))
        let limited = CauseFault(.rateLimited, retryAfter: .seconds(.seconds(2)))
        let slow = LatencyPlan(beforeHeaders: .constant(.seconds(2)))
        #expect(
            rule.action
                == .oneOf([
                    .init(chance: half, effect: Effect(fault: .error(limited))),
                    .init(chance: quarter, effect: Effect(fault: .cut(.reset, at: .token(5)))),
                    .init(chance: eighth, effect: Effect(reply: ReplyScript(text: "Paris"))),
                    .init(
                        chance: eighth,
                        effect: Effect(fault: .error(CauseFault(.conflict)), latency: slow)),
                ]))
    }

    @Test func aSequenceIsAListOfStepsByAttempt() throws {
        let rule = try rule("sequence: [rate-limited, reset, no-answer, ok]")
        let steps = [
            Effect(fault: .error(CauseFault(.rateLimited))),
            Effect(fault: .cut(.reset, at: .start)), Effect(fault: .cut(.fin, at: .start)),
            Effect.ok,
        ]
        #expect(rule.action == .sequence(RuleSequence(order: .attempt, steps: steps)))
    }

    @Test func aSequenceByArrivalHasStepsOfEveryKindAndThen() throws {
        let rule = try rule(
            """
            sequence:
              by: arrival
              steps:
                - latency: 2s
                - {hang: 5s, at: event 3}
                - {cause: overloaded}
                - {cut: reset, at: token 5}
                - {reply: {text: Paris}, fault: {stall: 1s, at: terminal}}
              then: ok
            """)
        let steps = [
            Effect(latency: LatencyPlan(beforeHeaders: .constant(.seconds(2)))),
            Effect(fault: .hang(.seconds(5), at: .event(3))),
            Effect(fault: .error(CauseFault(.overloaded))),
            Effect(fault: .cut(.reset, at: .token(5))),
            Effect(fault: .stall(.seconds(1), at: .terminal), reply: ReplyScript(text: "Paris")),
        ]
        #expect(
            rule.action == .sequence(RuleSequence(order: .arrival, steps: steps, then: .ok)))
    }

    @Test func aReplyKeepsArgumentsInOrderTypedByTheCoreSchema() throws {
        let effect = try effect(
            """
            reply:
              thinking: hm
              text: "no"
              tool-calls:
                - name: f
                  arguments:
                    {z: 1, a: 0.5, b: true, c: "5", d: ~,
                     e: [x, 0x1F, +7, 010, .5, 1e3, -2.], g: no}
                - {name: g, raw-arguments: '{"ci'}
                - {name: h}
              finish: tool_calls
              tokens: 3-9
            """)
        let arguments =
            #"{"z":1,"a":0.5,"b":true,"c":"5","d":null,"#
            + #""e":["x",31,7,10,0.5,1e3,-2.0],"g":"no"}"#
        let expected = ReplyScript(
            thinking: "hm", text: "no",
            toolCalls: [
                .init(name: "f", arguments: arguments), .init(name: "g", arguments: #"{"ci"#),
                .init(name: "h", arguments: "{}"),
            ],
            finish: "tool_calls", tokens: CountRange(3, through: 9))
        #expect(effect.reply == expected)
    }

    @Test func aReplyWithAWarningStillBelongsToItsRule() throws {
        let loaded = try load(
            """
            scenario: x
            rules:
              - name: a
                reply: {text: hi, tokens: 3}
            """)
        #expect(loaded.scenario.rules.count == 1)
        #expect(loaded.warnings.map(\.line) == [4])
    }

    @Test func aPlainWordStaysText() throws {
        let rule = try rule("when: {model: [no, 1.10, null, true]}\nfault: overloaded")
        #expect(rule.when.model.map(\.text) == ["no", "1.10", "null", "true"])
    }

    @Test func anAliasStandsForTheWholeValue() throws {
        let loaded = try load(
            """
            scenario: x
            rules:
              - name: a
                when: {stream: true}
                fault: &f {cause: overloaded, retry-after: 2s}
              - {name: b, fault: *f}
            """)
        let rules = loaded.scenario.rules
        #expect(rules[0].action == rules[1].action)
    }

    /// None of these rules hides the one after it.
    @Test(arguments: [
        "{name: a, chance: 99.9%, fault: reset}", "{name: a, also: true, latency: 1s}",
        "{name: a, attempts: 1-3, fault: reset}", "{name: a, calls: 1+, fault: reset}",
        "{name: a, every: 1, fault: reset}", "{name: a, during: 0s+, fault: reset}",
        "{name: a, when: {model: 'gpt-*'}, fault: reset}",
        "{name: a, when: {header: {x-a: '*'}}, fault: reset}",
        "{name: a, when: {provider: anthropic}, fault: reset}",
        "{name: a, one-of: [{chance: 99%, fault: reset}]}",
    ])
    func aRuleThatLeavesRequestsHidesNoOther(_ first: String) throws {
        let loaded = try load(
            "scenario: x\nrules:\n  - \(first)\n"
                + "  - {name: b, when: {provider: openai}, fault: reset}")
        #expect(loaded.scenario.rules.map(\.name) == ["a", "b"])
    }
}
