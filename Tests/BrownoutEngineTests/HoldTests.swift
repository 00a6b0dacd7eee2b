import BrownoutEngine
import Testing

/// Waits that are enforced: who comes back too early gets the error again.
@Suite struct HoldTests {
    private func engine(_ said: RetryAfter) throws -> Engine {
        let fault = Fault.error(
            CauseFault(.rateLimited, retryAfter: said, isEnforced: true))
        let first = try #require(CountRange(1, through: 1))
        let rule = Rule(
            name: "limited", attempts: [first], action: .effect(Effect(fault: fault)))
        return Engine(scenario: Scenario(name: "holds", rules: [rule]))
    }

    private func facts(
        _ call: String = "c", session: String = "s", provider: String = "openai",
        key: String = "k"
    ) -> RequestFacts {
        RequestFacts(
            provider: provider, dialect: .openai, endpoint: .chatCompletions, model: "gpt-4o",
            session: session, call: CallKey(named: call, by: .header), credential: key)
    }

    private func promise(_ decision: Decision) -> RetryAfter? {
        guard case .error(let error)? = decision.fault else { return nil }
        return error.retryAfter
    }

    @Test func whoComesTooEarlyGetsWhatIsLeft() throws {
        let engine = try engine(.seconds(.seconds(2)))
        #expect(promise(engine.decide(facts(), at: .seconds(10))) == .seconds(.seconds(2)))
        let early = engine.decide(facts(), at: .milliseconds(10_300))
        #expect(promise(early) == .seconds(.seconds(2)))
        #expect(early.rule == "limited")
        #expect(
            early.trace == [
                TraceEntry(
                    rule: "limited",
                    outcome: .refused("came 1.7s before its Retry-After was over"))
            ])
        let late = engine.decide(facts(), at: .milliseconds(11_001))
        #expect(promise(late) == .seconds(.seconds(1)))
        #expect(engine.decide(facts(), at: .seconds(12)).fault == nil)
    }

    @Test func millisecondsAreRoundedUp() throws {
        let engine = try engine(.milliseconds(.milliseconds(500)))
        _ = engine.decide(facts(), at: .zero)
        let early = engine.decide(facts(), at: .microseconds(100_001))
        #expect(promise(early) == .milliseconds(.milliseconds(400)))
    }

    @Test func onlyTheCallAtItsProviderWithItsKeyIsHeld() throws {
        let engine = try engine(.seconds(.seconds(2)))
        _ = engine.decide(facts(), at: .zero)
        #expect(engine.decide(facts(), at: .seconds(1)).fault != nil)
        // The third attempt of the call, elsewhere or with another key.
        #expect(engine.decide(facts(provider: "anthropic"), at: .seconds(1)).fault == nil)
        #expect(engine.decide(facts(key: "k2"), at: .seconds(1)).fault == nil)
        #expect(engine.decide(facts(), at: .seconds(1)).fault != nil)
    }

    @Test func aResetLetsGo() throws {
        let engine = try engine(.seconds(.seconds(60)))
        _ = engine.decide(facts(), at: .zero)
        engine.reset(session: "s")
        // A first attempt again, and no answer about what is left.
        #expect(promise(engine.decide(facts(), at: .seconds(1))) == .seconds(.seconds(60)))
        #expect(engine.decide(facts(), at: .seconds(61)).fault == nil)
    }
}
