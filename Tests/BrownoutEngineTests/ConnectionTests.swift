import BrownoutEngine
import Testing

/// Connections are decided when they are accepted, before any request.
@Suite struct ConnectionTests {
    private static let reset = Fault.connection(.acceptReset, after: .zero)

    private func rule(
        _ name: String, calls: [CountRange] = [], every: Int? = nil, during: TimeRange? = nil,
        chance: Chance = .always, client: [AddressPattern] = [], _ fault: Fault = reset
    ) -> Rule {
        var when = Matcher()
        when.client = client
        return Rule(
            name: name, when: when, calls: calls, every: every, during: during, chance: chance,
            action: .effect(Effect(fault: fault)))
    }

    private func engine(_ rules: [Rule], phases: [Phase] = [], seed: UInt64 = 5) -> Engine {
        Engine(scenario: Scenario(name: "t", seed: seed, phases: phases, rules: rules))
    }

    private func facts(_ call: String) -> RequestFacts {
        RequestFacts(
            provider: "openai", dialect: .openai, endpoint: .chatCompletions, model: "gpt-4o",
            session: "default", call: CallKey(named: call, by: .header), retryCount: nil)
    }

    /// The places of the first connections that break.
    private func broken(_ engine: Engine, of count: Int, at now: Duration = .zero) -> [Int] {
        (0..<count).compactMap { _ in engine.decideConnection(from: nil, at: now)?.ordinal }
    }

    @Test func aRuleAboutConnectionsDecidesNoRequest() {
        let engine = engine([rule("down")])
        let decision = engine.decide(facts("a"), at: .zero)
        #expect(decision.fault == nil && decision.trace.isEmpty)
        let connection = engine.decideConnection(from: nil, at: .zero)
        #expect(connection?.fault == Self.reset)
        #expect(connection?.rule == "down")
        #expect(connection?.trace == [TraceEntry(rule: "down", outcome: .fired(draw: nil))])
    }

    @Test func aRuleAboutRequestsDecidesNoConnection() {
        let overloaded = rule("busy", .error(CauseFault(.overloaded)))
        #expect(broken(engine([overloaded]), of: 3) == [])
    }

    @Test func callsCountConnections() throws {
        let range = try #require(CountRange(2, through: 3))
        #expect(broken(engine([rule("a", calls: [range])]), of: 5) == [2, 3])
    }

    @Test func everyTakesEachOfSoManyConnectionsThatReachIt() {
        #expect(broken(engine([rule("a", every: 3)]), of: 9) == [3, 6, 9])
    }

    @Test func duringReadsTheScenariosClock() {
        let engine = engine([rule("a", during: TimeRange(from: .seconds(1), to: .seconds(2)))])
        let broken = [0, 1, 1, 2, 3].map {
            engine.decideConnection(from: nil, at: .seconds($0)) != nil
        }
        #expect(broken == [false, true, true, false, false])
    }

    @Test func onlyTheClientsOfTheRuleAreMet() throws {
        let pattern = try AddressPattern("10.0.0.0/8")
        let engine = engine([rule("a", client: [pattern])])
        for (address, isBroken) in [("10.1.2.3", true), ("127.0.0.1", false)] {
            let client = try #require(NetworkAddress(address))
            #expect((engine.decideConnection(from: client, at: .zero) != nil) == isBroken)
        }
        #expect(engine.decideConnection(from: nil, at: .zero) == nil)
    }

    @Test func aDrawIsKeyedByRuleAndPlace() throws {
        let third = try #require(Chance(1, outOf: 3))
        let watched = rule("watched", chance: third)
        let alone = broken(engine([watched]), of: 300)
        #expect((70...130).contains(alone.count))
        #expect(broken(engine([watched]), of: 300) == alone)
        let ids = (0..<2).map { _ in
            let engine = engine([watched])
            return (0..<30).compactMap { _ in engine.decideConnection(from: nil, at: .zero)?.id }
        }
        #expect(ids[0] == ids[1])
        #expect(Set(ids[0]).count == ids[0].count)
        #expect(broken(engine([watched], seed: 6), of: 300) != alone)
        // Another rule in front takes some of them and changes no draw of this one.
        let first = rule("first", chance: third, .tls(.handshakeFIN, at: .start))
        let both = engine([first, watched])
        let rest = (0..<300).compactMap { _ -> Int? in
            let decision = both.decideConnection(from: nil, at: .zero)
            return decision?.rule == "watched" ? decision?.ordinal : nil
        }
        #expect(Set(rest).isSubset(of: alone) && rest.count < alone.count)
    }

    @Test func aPhasesRulesHoldWhileItDoes() {
        let phase = Phase(name: "out", end: .after(.seconds(10)), rules: [rule("a")])
        let engine = engine([], phases: [phase])
        let during = engine.decideConnection(from: nil, at: .seconds(5))
        #expect(during?.phase == "out")
        #expect(engine.decideConnection(from: nil, at: .seconds(15)) == nil)
    }

    @Test func aTemporaryRuleIsAskedFirstAndEnds() throws {
        let engine = engine([rule("own", .tls(.handshakeFIN, at: .start))])
        try engine.add(TemporaryRule(rule: rule("top"), until: .seconds(5)), at: .zero)
        let rules = [1, 6].map { engine.decideConnection(from: nil, at: .seconds($0))?.rule }
        #expect(rules == ["top", "own"])
    }

    @Test func anotherScenarioAndAResetCountAnew() throws {
        let range = try #require(CountRange(1, through: 1))
        let scenario = Scenario(name: "t", rules: [rule("a", calls: [range])])
        let engine = Engine(scenario: scenario)
        #expect(broken(engine, of: 3) == [1])
        engine.replace(scenario, at: .zero)
        #expect(broken(engine, of: 3) == [1])
        engine.reset(session: "default")
        #expect(broken(engine, of: 3) == [1])
        engine.reset(session: "another")
        #expect(broken(engine, of: 3) == [])
    }

    @Test func suchARuleIsOrderedAtLeast() {
        #expect(rule("a").determinism == .ordered)
        #expect(rule("a", during: TimeRange(from: .zero, to: nil)).determinism == .timed)
    }
}
