import BrownoutEngine
import Testing

/// The weather changes by time, by calls and by hand, for each session by itself.
@Suite struct PhaseTests {
    private func rule(_ name: String, _ chance: Chance = .always) -> Rule {
        Rule(
            name: name, chance: chance,
            action: .effect(Effect(fault: .error(CauseFault(.overloaded)))))
    }

    private func engine(_ phases: [Phase], rounds: PhaseRepeat = .times(1)) -> Engine {
        Engine(scenario: Scenario(name: "t", phases: phases, phaseRepeat: rounds))
    }

    private func facts(_ call: String, session: String = "default") -> RequestFacts {
        RequestFacts(
            provider: "openai", dialect: .openai, endpoint: .chatCompletions, session: session,
            call: CallKey(named: call, by: .header))
    }

    private var outage: [Phase] {
        [
            Phase(name: "healthy", end: .calls(2)),
            Phase(name: "outage", end: .after(.seconds(60)), rules: [rule("down")]),
            Phase(name: "recovery", end: .advanced, rules: [rule("shaky", .never)]),
        ]
    }

    @Test func aPhaseByCallsEndsWithTheCallAfter() {
        let engine = engine(outage)
        let phases = ["a", "a", "b", "a", "c", "a"].map {
            engine.decide(facts($0), at: .zero).phase
        }
        // A retry is no further call; once the third call is there, the weather is another.
        #expect(phases == ["healthy", "healthy", "healthy", "healthy", "outage", "outage"])
    }

    @Test func aPhaseByTimeEndsWithItsTime() {
        let engine = engine(outage)
        for call in ["a", "b"] { _ = engine.decide(facts(call), at: .zero) }
        #expect(engine.decide(facts("c"), at: .seconds(10)).rule == "down")
        #expect(engine.decide(facts("d"), at: .milliseconds(69_999)).rule == "down")
        let after = engine.decide(facts("e"), at: .seconds(70))
        #expect(after.rule == nil)
        #expect(after.phase == "recovery")
    }

    @Test func somebodyEndsAPhaseOrChoosesOne() throws {
        let engine = engine(outage)
        func move(to name: String? = nil, at second: Int = 0) throws -> String? {
            try engine.movePhase(of: "default", to: name, at: .seconds(second))?.name
        }
        #expect(try move() == "outage")
        #expect(engine.decide(facts("a"), at: .seconds(1)).rule == "down")
        #expect(try move(to: "healthy", at: 2) == "healthy")
        #expect(engine.decide(facts("a"), at: .seconds(2)).rule == nil)
        #expect(try move(to: "recovery") == "recovery")
        #expect(try move() == nil)
        #expect(engine.decide(facts("z"), at: .seconds(500)).phase == nil)
        #expect(
            throws: EngineRefusal.unknownPhase("storm", known: ["healthy", "outage", "recovery"])
        ) {
            try engine.movePhase(of: "default", to: "storm", at: .zero)
        }
        #expect(throws: EngineRefusal.noPhases) {
            try Engine(scenario: .healthy).movePhase(of: "default", to: nil, at: .zero)
        }
    }

    @Test func sessionsGoThroughPhasesByThemselves() {
        let engine = engine(outage)
        for call in 0..<5 { _ = engine.decide(facts("\(call)", session: "busy"), at: .zero) }
        #expect(engine.phase(of: "busy", at: .zero)?.phase.name == "outage")
        #expect(engine.phase(of: "calm", at: .zero)?.phase.name == "healthy")
        engine.reset(session: "busy")
        #expect(engine.phase(of: "busy", at: .zero)?.phase.name == "healthy")
        #expect(engine.decide(facts("0", session: "busy"), at: .zero).arrival.attempt == 1)
    }

    /// However long nobody asked, the phase is the one of a clock that goes round.
    @Test func repeatedPhasesGoRound() {
        let day = [
            Phase(name: "day", end: .after(.seconds(16))),
            Phase(name: "night", end: .after(.seconds(8)), rules: [rule("dark")]),
        ]
        let engine = engine(day, rounds: .forever)
        for second in [0, 15, 16, 23, 24, 100, 1_000_003, 90_000_000] {
            let expected = second % 24 < 16 ? "day" : "night"
            #expect(engine.phase(of: "default", at: .seconds(second))?.phase.name == expected)
        }
        let twice = self.engine(day, rounds: .times(2))
        #expect(twice.phase(of: "default", at: .seconds(47))?.phase.name == "night")
        #expect(twice.phase(of: "default", at: .seconds(48))?.phase.name == nil)
        #expect(self.engine(day, rounds: .times(2)).phase(of: "x", at: .seconds(9_999)) == nil)
    }

    @Test func aRampScalesChancesLinearly() throws {
        let half = try #require(Chance(1, outOf: 2))
        let ramp = Phase.Ramp(from: .always, to: .never)
        let engine = engine([
            Phase(
                name: "recovery", end: .after(.seconds(100)), ramp: ramp, rules: [rule("r", half)])
        ])
        var fired: [Int] = []
        for tenth in 0..<10 {
            let now = Duration.seconds(tenth * 10)
            fired.append(
                (0..<2000).filter {
                    engine.decide(facts("\(tenth)-\($0)"), at: now).rule != nil
                }.count)
        }
        // 50 %, 45 %, … of 2,000, within five deviations.
        for (tenth, count) in fired.enumerated() {
            let expected = Double(1000 - tenth * 100)
            let deviation = (expected * (1 - expected / 2000)).squareRoot()
            #expect(abs(Double(count) - expected) <= 5 * deviation + 1, "\(tenth): \(count)")
        }
    }

    @Test func aFactorIsExactAtItsEnds() throws {
        let ramp = Phase.Ramp(from: .never, to: .always)
        let third = try #require(Chance(1, outOf: 3))
        let none = ChanceFactor(ramp, passed: 0, of: 10)
        let whole = ChanceFactor(ramp, passed: 10, of: 10)
        #expect(whole == .whole)
        #expect(ChanceFactor(ramp, passed: 99, of: 10) == .whole)
        for draw in [0, 1, UInt64.max / 3, UInt64.max] {
            #expect(!third.admits(draw, scaledBy: none))
            #expect(third.admits(draw, scaledBy: whole) == third.admits(draw))
            #expect(Chance.always.admits(draw, scaledBy: whole))
        }
    }

    /// Another scenario begins its phases and counts anew; a retry keeps its attempt.
    @Test func aChangeOfScenarioBeginsItsTime() {
        let engine = engine(outage)
        for call in ["a", "b", "c"] { _ = engine.decide(facts(call), at: .zero) }
        #expect(engine.phase(of: "default", at: .zero)?.phase.name == "outage")
        engine.replace(
            Scenario(name: "other", phases: [Phase(name: "calm", end: .after(.seconds(5)))]),
            at: .seconds(100))
        let decision = engine.decide(facts("c"), at: .seconds(104))
        #expect(decision.phase == "calm")
        #expect(decision.arrival.attempt == 2)
        #expect(engine.decide(facts("d"), at: .seconds(105)).phase == nil)
    }

    @Test func aSessionsOwnScenarioIsItsOwn() throws {
        let engine = Engine(scenario: .healthy)
        try engine.replace(Scenario(name: "own", rules: [rule("mine")]), of: "a", at: .zero)
        #expect(engine.decide(facts("x", session: "a"), at: .zero).rule == "mine")
        #expect(engine.decide(facts("x", session: "b"), at: .zero).rule == nil)
        #expect(engine.sessionScenarios.map(\.session) == ["a"])
        #expect(engine.removeScenario(of: "a"))
        #expect(!engine.removeScenario(of: "a"))
        let after = engine.decide(facts("x", session: "a"), at: .zero)
        #expect(after.rule == nil)
        #expect(after.arrival.attempt == 1)
    }

    @Test func aTemporaryRuleEndsByItself() throws {
        let engine = engine([Phase(name: "p", end: .never, rules: [rule("below")])])
        try engine.add(
            TemporaryRule(rule: rule("top"), until: .seconds(10), session: "a"), at: .zero)
        #expect(engine.decide(facts("x", session: "a"), at: .seconds(9)).rule == "top")
        #expect(engine.decide(facts("x", session: "b"), at: .seconds(9)).rule == "below")
        #expect(engine.decide(facts("x", session: "a"), at: .seconds(10)).rule == "below")
        #expect(engine.temporaryRules(at: .seconds(10)) == [])
        for index in 0..<100 {
            try engine.add(TemporaryRule(rule: rule("r\(index)"), until: .seconds(99)), at: .zero)
        }
        #expect(throws: EngineRefusal.tooManyTemporaryRules(limit: 100)) {
            try engine.add(TemporaryRule(rule: rule("more"), until: .seconds(99)), at: .zero)
        }
        #expect(engine.removeTemporaryRule("r7"))
        #expect(!engine.removeTemporaryRule("r7"))
    }

    /// A request that was read under a scenario is not decided under another.
    @Test func aRequestIsDecidedUnderTheScenarioItWasReadUnder() throws {
        let engine = Engine(scenario: .healthy)
        let read = engine.snapshot(of: "default")
        engine.replace(.healthy, at: .zero)
        #expect(engine.decide(facts("x"), readUnder: read, at: .zero) == nil)
        #expect(engine.requestsInFlight == 0)
        let inForce = engine.snapshot(of: "default")
        let decision = try #require(
            engine.decide(facts("x"), readUnder: inForce, at: .zero))
        #expect(decision.arrival.attempt == 1 && decision.snapshot == inForce)
        // Another session's scenario changes nothing here.
        try engine.replace(.healthy, of: "other", at: .zero)
        #expect(engine.decide(facts("x"), readUnder: inForce, at: .zero) != nil)
        #expect(
            engine.decide(facts("x", session: "other"), readUnder: inForce, at: .zero) == nil)
    }

    /// What was asked before a reset means nothing after it.
    @Test func anAnswerFromBeforeAResetCountsForNothing() {
        let engine = Engine(scenario: .healthy)
        let before = engine.decide(facts("x"), at: .zero)
        engine.reset(session: "default")
        #expect(engine.decide(facts("x"), at: .zero).arrival.attempt == 1)
        engine.succeed(before)
        #expect(engine.decide(facts("x"), at: .zero).arrival.attempt == 2)
    }

    @Test func aTemporaryRuleCountsFromItsBeginning() throws {
        let engine = Engine(scenario: .healthy)
        let second = Rule(
            name: "second", every: 2,
            action: .effect(Effect(fault: .error(CauseFault(.overloaded)))))
        for _ in 0..<3 {
            try engine.add(TemporaryRule(rule: second, until: .seconds(99)), at: .zero)
            let fired = (0..<3).map { engine.decide(facts("c\($0)"), at: .zero).rule != nil }
            #expect(fired == [false, true, false])
            #expect(engine.removeTemporaryRule("second"))
        }
    }

    @Test func whoAsksForAPhaseLeavesNothingBehind() {
        let engine = engine(outage)
        for index in 0..<50 { _ = engine.phase(of: "s\(index)", at: .zero) }
        #expect(engine.sessionCount == 0)
    }
}
