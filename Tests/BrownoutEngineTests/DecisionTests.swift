import BrownoutEngine
import Testing

@Suite struct DecisionTests {
    private func facts(_ call: String, session: String = "default", retry: Int? = nil)
        -> RequestFacts
    {
        RequestFacts(
            provider: "openai", dialect: .openai, endpoint: .chatCompletions, model: "gpt-4o",
            session: session, call: CallKey(named: call, by: .header), retryCount: retry)
    }

    private func rule(
        _ name: String, chance: (UInt64, UInt64) = (1, 1), _ cause: Cause = .overloaded
    ) throws -> Rule {
        Rule(
            name: name, chance: try #require(Chance(chance.0, outOf: chance.1)),
            action: .effect(Effect(fault: .error(CauseFault(cause)))))
    }

    /// Which calls of a hundred a rule takes.
    private func taken(by name: String, _ rules: [Rule]) -> [Int] {
        let engine = Engine(scenario: Scenario(name: "t", seed: 5, rules: rules))
        return (0..<100).filter { call in
            engine.decide(facts("call \(call)"), at: .zero).trace.contains {
                guard $0.rule == name else { return false }
                if case .fired = $0.outcome { return true }
                return false
            }
        }
    }

    @Test func otherRulesDoNotChangeARulesDraws() throws {
        var watched = try rule("watched", chance: (1, 3))
        watched.also = true
        var first = try rule("first", chance: (1, 2), .serverError)
        first.also = true
        var last = try rule("last", chance: (1, 5), .unavailable)
        last.also = true
        let alone = taken(by: "watched", [watched])
        #expect((15...55).contains(alone.count))
        #expect(taken(by: "watched", [first, watched, last]) == alone)
        #expect(taken(by: "watched", [last, watched, first]) == alone)
        var renamed = watched
        renamed = Rule(name: "renamed", chance: watched.chance, also: true, action: watched.action)
        #expect(taken(by: "renamed", [renamed]) != alone)
    }

    @Test func theFirstRuleThatFiresDecides() throws {
        let engine = Engine(
            scenario: Scenario(
                name: "t", rules: [try rule("a", chance: (0, 1)), try rule("b"), try rule("c")]))
        let decision = engine.decide(facts("x"), at: .zero)
        #expect(decision.rule == "b")
        #expect(decision.trace.map(\.rule) == ["a", "b"])
    }

    @Test func alsoAddsAndGoesOn() throws {
        let slow = Rule(
            name: "slow", also: true,
            action: .effect(Effect(latency: LatencyPlan(beforeHeaders: .constant(.seconds(1))))))
        let slower = Rule(
            name: "slower", also: true,
            action: .effect(Effect(latency: LatencyPlan(beforeHeaders: .constant(.seconds(2))))))
        let engine = Engine(
            scenario: Scenario(name: "t", rules: [slow, slower, try rule("down")]))
        let decision = engine.decide(facts("x"), at: .zero)
        #expect(decision.beforeHeaders == .seconds(3))
        #expect(decision.fault?.cause == .overloaded)
        #expect(decision.rule == "down")
    }

    @Test func attemptsCountUntilOneSucceeds() throws {
        var twice = try rule("twice")
        twice.attempts = [try #require(CountRange(1, through: 2))]
        let engine = Engine(scenario: Scenario(name: "t", rules: [twice]))
        for round in 0..<3 {
            var ids: Set<ExchangeID> = []
            for attempt in 1...3 {
                let decision = engine.decide(facts("x"), at: .zero)
                #expect(decision.arrival.attempt == attempt)
                #expect(decision.arrival.generation == round)
                #expect((decision.fault == nil) == (attempt == 3))
                ids.insert(decision.id)
                if decision.fault == nil { engine.succeed(decision) }
            }
            #expect(ids.count == 3)
        }
    }

    @Test func aSuccessThatDidNotLeaveIsTakenBack() {
        let engine = Engine(scenario: .healthy)
        let decision = engine.decide(facts("x"), at: .zero)
        engine.succeed(decision)
        engine.withdraw(decision)
        let next = engine.decide(facts("x"), at: .zero)
        #expect(next.arrival.attempt == 2)
        #expect(next.arrival.generation == 0)
    }

    @Test func theClientsOwnCountWinsWhenItIsAhead() {
        let engine = Engine(scenario: .healthy)
        #expect(engine.decide(facts("x", retry: 2), at: .zero).arrival.attempt == 3)
        #expect(engine.decide(facts("x", retry: 0), at: .zero).arrival.attempt == 4)
        #expect(engine.decide(facts("x", retry: 4), at: .zero).arrival.attempt == 5)
    }

    @Test func sessionsAreCountedApart() throws {
        let engine = Engine(
            scenario: Scenario(name: "t", rules: [try rule("coin", chance: (1, 2))]))
        let a = (0..<50).map { engine.decide(facts("c\($0)", session: "a"), at: .zero) }
        let b = (0..<50).map { engine.decide(facts("c\($0)", session: "b"), at: .zero) }
        #expect(a.map(\.arrival.ordinal) == Array(1...50))
        #expect(b.map(\.arrival.ordinal) == Array(1...50))
        #expect(a.map { $0.fault == nil } != b.map { $0.fault == nil })
    }

    @Test func everyNthRequestIsTaken() throws {
        var third = try rule("third")
        third.every = 3
        let engine = Engine(scenario: Scenario(name: "t", rules: [third]))
        let failed = (1...9).filter { engine.decide(facts("c\($0)"), at: .zero).fault != nil }
        #expect(failed == [3, 6, 9])
        #expect(third.determinism == .ordered)
    }

    @Test func callsAreCountedByTheirFirstAttempt() throws {
        var second = try rule("second")
        second.calls = [try #require(CountRange(2, through: 2))]
        let engine = Engine(scenario: Scenario(name: "t", rules: [second]))
        #expect(engine.decide(facts("a"), at: .zero).fault == nil)
        #expect(engine.decide(facts("a"), at: .zero).fault == nil)
        #expect(engine.decide(facts("b"), at: .zero).fault != nil)
        #expect(engine.decide(facts("b"), at: .zero).fault != nil)
        #expect(engine.decide(facts("c"), at: .zero).fault == nil)
    }

    @Test func duringHoldsTheRuleToItsTime() throws {
        var outage = try rule("outage")
        outage.during = TimeRange(from: .seconds(10), to: .seconds(40))
        let engine = Engine(scenario: Scenario(name: "t", rules: [outage]))
        let failed = [0, 10, 39, 40].filter {
            engine.decide(facts("c"), at: .seconds($0)).fault != nil
        }
        #expect(failed == [10, 39])
        #expect(outage.determinism == .timed)
    }

    @Test func aSequenceStepsThroughAttemptsOrArrivals() {
        let steps = [Cause.rateLimited, .overloaded].map { Effect(fault: .error(CauseFault($0))) }
        let byAttempt = Rule(
            name: "a", action: .sequence(.init(order: .attempt, steps: steps + [.ok])))
        var engine = Engine(scenario: Scenario(name: "t", rules: [byAttempt]))
        #expect(
            (1...4).map { _ in engine.decide(facts("x"), at: .zero).fault?.cause }
                == [.rateLimited, .overloaded, nil, nil])
        let byArrival = Rule(
            name: "a", action: .sequence(.init(order: .arrival, steps: steps, then: .ok)))
        engine = Engine(scenario: Scenario(name: "t", rules: [byArrival]))
        #expect(
            (1...4).map { engine.decide(facts("c\($0)"), at: .zero).fault?.cause }
                == [.rateLimited, .overloaded, nil, nil])
    }

    @Test func oneOfIsOneDrawPartitioned() throws {
        let branches = [
            RuleAction.Branch(
                chance: try #require(Chance(15, outOf: 100)),
                effect: Effect(fault: .error(CauseFault(.rateLimited)))),
            RuleAction.Branch(
                chance: try #require(Chance(5, outOf: 100)),
                effect: Effect(fault: .error(CauseFault(.serverError)))),
        ]
        let engine = Engine(
            scenario: Scenario(name: "t", rules: [Rule(name: "w", action: .oneOf(branches))]))
        var counts: [Cause?: Int] = [:]
        for call in 0..<20_000 {
            counts[engine.decide(facts("c\(call)"), at: .zero).fault?.cause, default: 0] += 1
        }
        #expect((2_750...3_250).contains(counts[.rateLimited] ?? 0))
        #expect((850...1_150).contains(counts[.serverError] ?? 0))
    }

    @Test func theLedgerStaysBounded() {
        var memory = SessionMemory()
        let snapshot = Snapshot(.healthy)
        func attempt(_ call: UInt64, of session: UInt64) -> Int {
            var asked = facts("")
            asked.call = CallKey(digest: call)
            return memory.arrive(session: session, asked, under: snapshot, at: .zero)
                .arrival.attempt
        }
        for call in 0..<UInt64(SessionMemory.callLimit + 1000) {
            _ = attempt(call, of: call % 5_000)
        }
        // The oldest is forgotten, a recent one is not.
        let last = UInt64(SessionMemory.callLimit + 999)
        #expect(attempt(0, of: 0) == 1)
        #expect(attempt(last, of: last % 5_000) == 2)
        // So are sessions: one that comes back after many others starts anew.
        for session in 0..<UInt64(SessionMemory.sessionLimit) {
            _ = attempt(0, of: 100_000 + session)
        }
        #expect(attempt(last, of: last % 5_000) == 1)
    }

    /// The same calls in another order, from many threads at once, are decided alike.
    @Test func concurrencyDoesNotChangeDecisions() async throws {
        let scenario = Scenario(
            name: "t", seed: 11, rules: [try rule("coin", chance: (1, 5))])
        func run(_ order: [Int]) async -> [String: [String]] {
            let engine = Engine(scenario: scenario)
            return await withTaskGroup(of: (String, [String]).self) { group in
                for call in order {
                    group.addTask {
                        let decisions = (1...3).map { _ in
                            engine.decide(facts("call \(call)"), at: .zero)
                        }
                        return ("\(call)", decisions.map { "\($0.id.text) \($0.rule ?? "-")" })
                    }
                }
                var log: [String: [String]] = [:]
                for await (call, decisions) in group { log[call] = decisions }
                return log
            }
        }
        let straight = await run(Array(0..<400))
        let backwards = await run((0..<400).reversed())
        #expect(straight == backwards)
    }

    @Test func tokensOfATextAreItsWordsAndMarks() {
        #expect(TokenEstimate.count("one two three") == 3)
        #expect(TokenEstimate.count("Hello, world!") == 4)
        #expect(TokenEstimate.count("") == 0)
        #expect(TokenEstimate.count("internationalisation") == 2)
        #expect(TokenEstimate.count("日本語") == 3)
        let text = "naïve café — “quoted”  twice\n\t🌍!"
        let ends = TokenEstimate.ends(text)
        #expect(ends.last == Int32(text.utf8.count))
        #expect(zip(ends, ends.dropFirst()).allSatisfy { $0 < $1 })
    }
}
