import BrownoutEngine
import Dispatch
import Synchronization
import Testing

/// Limits through the engine: who is let through, when the others may come back, and what is
/// counted together.
@Suite struct LimitTests {
    @Test func aBucketLetsItsBurstThroughAndThenFillsEvenly() throws {
        let engine = engine(Limit(name: "rpm", quotas: [try quota(60, burst: 10)]))
        let first = (0..<12).map { engine.decide(chatFacts("\($0)"), at: .zero).rule }
        #expect(first == Array(repeating: nil, count: 10) + ["rpm", "rpm"])
        #expect(engine.decide(chatFacts(), at: .nanoseconds(999_999_999)).rule == "rpm")
        #expect(engine.decide(chatFacts(), at: .seconds(1)).rule == nil)
        #expect(engine.decide(chatFacts(), at: .seconds(1)).delay == .seconds(1))
        // An hour later it holds its burst, and no more.
        let later = (0..<12).filter {
            engine.decide(chatFacts("\($0)"), at: .seconds(3600)).rule == nil
        }
        #expect(later.count == 10)
    }

    @Test func aRateThatDoesNotDivideNeverDrifts() throws {
        let engine = engine(Limit(name: "l", quotas: [try quota(7, per: 1, burst: 2)]))
        #expect(engine.decide(chatFacts(), at: .zero).rule == nil)
        var now = Duration.zero
        for index in 1...7_000 {
            #expect(engine.decide(chatFacts(), at: now).rule == nil)
            #expect(engine.decide(chatFacts(), at: now).rule == "l")
            // A seventh of a second, rounded up to a nanosecond, and exact over all of them.
            now = .nanoseconds((Int64(index) * 1_000_000_000 + 6) / 7)
        }
        #expect(now == .seconds(1000))
    }

    @Test func aSlidingWindowLetsEachPlaceBackAPeriodAfterItWasTaken() throws {
        let engine = engine(
            Limit(name: "l", quotas: [try quota(3, per: 10)], algorithm: .slidingWindow))
        for second in [0, 4, 5] {
            #expect(engine.decide(chatFacts(), at: .seconds(second)).rule == nil)
        }
        #expect(engine.decide(chatFacts(), at: .seconds(6)).delay == .seconds(4))
        #expect(engine.decide(chatFacts(), at: .seconds(10)).rule == nil)
        #expect(engine.decide(chatFacts(), at: .seconds(10)).delay == .seconds(4))
    }

    @Test func aFixedWindowBeginsAnewWithEachPeriodOfTheScenariosTime() throws {
        let scenario = Scenario(
            name: "t",
            limits: [Limit(name: "l", quotas: [try quota(2, per: 10)], algorithm: .fixedWindow)])
        let engine = Engine(scenario: .healthy)
        engine.replace(scenario, at: .seconds(3))
        func passes(_ second: Int) -> Bool {
            engine.decide(chatFacts(), at: .seconds(second)).rule == nil
        }
        #expect([4, 11, 12].map(passes) == [true, true, false])
        #expect(engine.decide(chatFacts(), at: .seconds(12)).delay == .seconds(1))
        #expect([13, 14, 15, 23].map(passes) == [true, true, false, true])
    }

    @Test func allLimitsAdmitARequestOrNoneIsCharged() throws {
        let engine = engine(
            Limit(name: "wide", quotas: [try quota(5)]),
            Limit(name: "narrow", per: [.model], quotas: [try quota(1)]))
        #expect(engine.decide(chatFacts(model: "a"), at: .zero).rule == nil)
        for _ in 0..<10 {
            #expect(engine.decide(chatFacts(model: "a"), at: .zero).rule == "narrow")
        }
        let passed = ["b", "c", "d", "e", "f"].filter {
            engine.decide(chatFacts(model: $0), at: .zero).rule == nil
        }
        #expect(passed == ["b", "c", "d", "e"])
    }

    @Test func theLimitThatKeepsARequestOffTheLongestSpeaks() throws {
        let engine = engine(
            Limit(name: "second", quotas: [try quota(1, per: 1)]),
            Limit(name: "day", quotas: [try quota(1, per: 86_400)]),
            Limit(name: "minute", quotas: [try quota(1)]))
        #expect(engine.decide(chatFacts(), at: .zero).rule == nil)
        let refused = engine.decide(chatFacts(), at: .zero)
        #expect(refused.rule == "day")
        #expect(refused.delay == .seconds(86_400))
        #expect(
            refused.trace == [
                TraceEntry(
                    rule: "day",
                    outcome: .refused(
                        "requests: 1 of 1 per day used, 1 asked; passes in 86400s"))
            ])
    }

    @Test(arguments: [
        ([Limit.Part](), 1), ([.key], 2), ([.model], 2), ([.client], 2), ([.session], 1),
        ([.key, .model], 4), ([.key, .client, .model, .session], 8),
    ])
    func aLimitHasABucketForEachOfWhatItIsPer(per: [Limit.Part], buckets: Int) throws {
        let engine = engine(Limit(name: "l", per: per, quotas: [try quota(1)]))
        var passed = 0
        for key in ["sk-a", "sk-b"] {
            for model in ["gpt-4o", "o3"] {
                for client in ["10.0.0.1", "::1"] {
                    let facts = chatFacts(key: key, model: model, client: client)
                    if engine.decide(facts, at: .zero).rule == nil { passed += 1 }
                    #expect(engine.decide(facts, at: .zero).rule == "l")
                }
            }
        }
        #expect(passed == buckets)
    }

    @Test func aLimitIsOnlyAboutWhatItsWhenNames() throws {
        var when = Matcher()
        when.model = [try Glob("gpt-*")]
        let engine = engine(Limit(name: "l", when: when, quotas: [try quota(1)]))
        #expect(engine.decide(chatFacts(), at: .zero).rule == nil)
        #expect(engine.decide(chatFacts(), at: .zero).rule == "l")
        let other = engine.decide(chatFacts(model: "o3"), at: .zero)
        #expect(other.rule == nil)
        #expect(other.limits == nil)
    }

    @Test func aRefusedRequestReachesNoRule() throws {
        let rule = Rule(
            name: "every second", every: 2,
            action: .effect(Effect(fault: .error(CauseFault(.overloaded)))))
        let engine = engine(Limit(name: "l", quotas: [try quota(2)]), rules: [rule])
        let rules = (0..<4).map { engine.decide(chatFacts("\($0)"), at: .seconds($0 / 3)).rule }
        #expect(rules == [nil, "every second", "l", "l"])
    }

    @Test func whatAccessRefusesCountsNowhereAndIsToldHowTheLimitsStand() throws {
        var scenario = Scenario(name: "t", limits: [Limit(name: "l", quotas: [try quota(2)])])
        scenario.access = Access(deny: AddressSet([try AddressPattern("10.0.0.9")]))
        let engine = Engine(scenario: scenario)
        for _ in 0..<5 {
            let denied = engine.decide(chatFacts(client: "10.0.0.9"), at: .zero)
            #expect(denied.rule == "access")
            #expect(denied.limits?.standing.requests?.remaining == 2)
        }
        let rules = (0..<3).map { _ in engine.decide(chatFacts(client: "10.0.0.1"), at: .zero).rule
        }
        #expect(rules == [nil, nil, "l"])
    }

    // MARK: Tokens

    @Test func aPromptsTokensAreTakenFromItsBucket() throws {
        let engine = engine(Limit(name: "tpm", quotas: [try quota(.inputTokens, 1000)]))
        #expect(engine.decide(chatFacts(tokens: 700), at: .zero).rule == nil)
        let refused = engine.decide(chatFacts(tokens: 400), at: .zero)
        #expect(refused.hit?.used == 700)
        #expect(refused.hit?.requested == 400)
        #expect(refused.delay == .seconds(6))
        #expect(engine.decide(chatFacts(tokens: 300), at: .zero).rule == nil)
        #expect(engine.decide(chatFacts(tokens: 0), at: .zero).rule == nil)
    }

    @Test(arguments: Limit.Algorithm.allCases)
    func aPromptLargerThanTheLimitNeverPasses(algorithm: Limit.Algorithm) throws {
        let engine = engine(
            Limit(name: "tpm", quotas: [try quota(.inputTokens, 1000)], algorithm: algorithm))
        let refused = engine.decide(chatFacts(tokens: 1001), at: .zero)
        #expect(refused.hit?.wait == .never)
        #expect(refused.fault?.isRetryable == false)
        guard case .error(let fault)? = refused.fault else { return #expect(Bool(false)) }
        #expect(fault.retryAfter == .absent)
        #expect(engine.decide(chatFacts(tokens: 1000), at: .zero).rule == nil)
    }

    @Test(arguments: Limit.Algorithm.allCases)
    func anAnswersTokensAreTakenWhenTheyAreKnown(algorithm: Limit.Algorithm) throws {
        let scenario = Scenario(
            name: "t",
            limits: [
                Limit(name: "out", quotas: [try quota(.outputTokens, 100)], algorithm: algorithm)
            ])
        let engine = Engine(scenario: scenario)
        func answer(_ tokens: Int) -> LimitGauge? {
            let decision = engine.decide(chatFacts(), at: .zero)
            guard decision.rule == nil else { return nil }
            return engine.charge(outputTokens: tokens, of: decision, at: .zero)?
                .outputTokens
        }
        #expect(answer(99)?.remaining == 1)
        // One is left, so an answer of any length passes, and the next one waits longer for it.
        #expect(answer(141)?.remaining == 0)
        #expect(answer(1) == nil)
        let refused = engine.decide(chatFacts(), at: .zero)
        #expect(refused.hit?.used == 100)
        let wait = try #require(refused.delay)
        #expect(wait == (algorithm == .tokenBucket ? .milliseconds(84_600) : .seconds(60)))
        #expect(engine.decide(chatFacts(), at: wait - .nanoseconds(1)).rule == "out")
        #expect(engine.decide(chatFacts(), at: wait).rule == nil)
    }

    @Test func whereNoModelWritesNoOutputIsMissed() throws {
        let scenario = Scenario(
            name: "t", limits: [Limit(name: "out", quotas: [try quota(.outputTokens, 3)])])
        let engine = Engine(scenario: scenario)
        let first = engine.decide(chatFacts(), at: .zero)
        _ = engine.charge(outputTokens: 3, of: first, at: .zero)
        var facts = chatFacts()
        for operation in BrownoutEngine.Operation.allCases {
            facts.endpoint = Endpoint("any", operation)
            let isRefused = engine.decide(facts, at: .zero).rule == "out"
            #expect(isRefused == operation.writesTokens)
        }
    }

    // MARK: Answers in progress

    @Test func answersInProgressAreCountedUntilTheyAreReleased() {
        let engine = engine(Limit(name: "slots", per: [.key], concurrent: 2))
        let held = (0..<2).map { engine.decide(chatFacts("\($0)"), at: .zero) }
        let refused = engine.decide(chatFacts("third"), at: .seconds(100))
        #expect(refused.rule == "slots")
        #expect(refused.delay == .seconds(1))
        #expect(engine.decide(chatFacts(key: "sk-b"), at: .zero).rule == nil)
        engine.release(refused)
        #expect(engine.decide(chatFacts("third"), at: .zero).rule == "slots")
        engine.release(held[0])
        #expect(engine.decide(chatFacts("third"), at: .zero).rule == nil)
        #expect(engine.decide(chatFacts("fourth"), at: .zero).rule == "slots")
    }

    @Test func aReleaseAfterAResetFreesNothingOfTheNewCount() {
        let engine = engine(Limit(name: "slots", concurrent: 1))
        let old = engine.decide(chatFacts("a"), at: .zero)
        engine.reset(session: "default")
        let new = engine.decide(chatFacts("b"), at: .zero)
        #expect(new.rule == nil)
        engine.release(old)
        #expect(engine.decide(chatFacts("c"), at: .zero).rule == "slots")
        engine.release(new)
        #expect(engine.decide(chatFacts("c"), at: .zero).rule == nil)
    }

    // MARK: What outlives what

    @Test func aResetForgetsASessionsBucketsAndNoOthers() throws {
        let engine = engine(Limit(name: "l", quotas: [try quota(1)]))
        func passes(_ session: String) -> Bool {
            engine.decide(chatFacts(session: session), at: .zero).rule == nil
        }
        #expect(["a", "b", "a", "b"].map(passes) == [true, true, false, false])
        engine.reset(session: "a")
        #expect(["a", "b"].map(passes) == [true, false])
    }

    @Test func aLimitThatAChangeLeavesAloneKeepsItsCount() throws {
        let kept = Limit(name: "kept", per: [.model], quotas: [try quota(1)])
        let changed = Limit(name: "changed", per: [.key], quotas: [try quota(1)])
        let engine = engine(kept, changed)
        #expect(engine.decide(chatFacts(), at: .zero).rule == nil)
        let after = Limit(name: "changed", per: [.key], quotas: [try quota(2)])
        engine.replace(Scenario(name: "u", limits: [after, kept]), at: .seconds(1))
        #expect(engine.decide(chatFacts(), at: .seconds(1)).rule == "kept")
        #expect(engine.decide(chatFacts(model: "o3"), at: .seconds(1)).rule == nil)
        #expect(engine.decide(chatFacts(model: "o1"), at: .seconds(1)).rule == nil)
        #expect(engine.decide(chatFacts(model: "o4"), at: .seconds(1)).rule == "changed")
    }

    @Test func aClockThatIsReadBeforeTheLockDoesNotTurnBack() throws {
        let engine = engine(Limit(name: "l", quotas: [try quota(2, per: 1, burst: 1)]))
        #expect(engine.decide(chatFacts(), at: .seconds(10)).rule == nil)
        // It came earlier and was asked later: it waits from its own time.
        let late = engine.decide(chatFacts(), at: .milliseconds(9_999))
        #expect(late.delay == .milliseconds(501))
    }

    // MARK: Many

    @Test func eightThreadsAreLetThroughExactlyAsOftenAsOne() throws {
        let engine = engine(
            Limit(name: "rpm", per: [.key], quotas: [try quota(1000, burst: 500)]),
            Limit(name: "slots", concurrent: 3))
        let admitted = Atomic(0)
        let busiest = Atomic(0)
        let inProgress = Atomic(0)
        DispatchQueue.concurrentPerform(iterations: 8) { thread in
            for index in 0..<400 {
                let decision = engine.decide(chatFacts("\(thread)-\(index)"), at: .zero)
                guard decision.rule == nil else { continue }
                let now = inProgress.wrappingAdd(1, ordering: .relaxed).newValue
                busiest.max(now, ordering: .relaxed)
                admitted.wrappingAdd(1, ordering: .relaxed)
                inProgress.wrappingSubtract(1, ordering: .relaxed)
                engine.release(decision)
            }
        }
        let total = admitted.load(ordering: .relaxed)
        #expect(busiest.load(ordering: .relaxed) <= 3)
        #expect(total <= 500)
        let rest = (0..<600).filter {
            let decision = engine.decide(chatFacts("rest \($0)"), at: .zero)
            engine.release(decision)
            return decision.rule == nil
        }
        #expect(total + rest.count == 500)
    }
}
