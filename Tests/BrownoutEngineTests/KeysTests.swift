import BrownoutEngine
import Testing

@Suite struct KeysTests {
    private func keys() throws -> Keys {
        Keys(
            accept: [try Glob("sk-good*")], revoked: [try Glob("sk-good-old")],
            outOfQuota: [try Glob("sk-broke*")],
            denied: [.init(key: [try Glob("sk-small*")], model: [try Glob("gpt-4*")])],
            expiring: [
                .init(key: [try Glob("sk-temp*")], calls: 2),
                .init(key: [try Glob("sk-day*")], after: .seconds(60)),
            ])
    }

    private func facts(
        _ key: String, call: String = "c", model: String = "gpt-4o", session: String = "s",
        client: NetworkAddress? = nil, endpoint: Endpoint = .chatCompletions
    ) -> RequestFacts {
        RequestFacts(
            provider: "openai", dialect: .openai, endpoint: endpoint, model: model,
            session: session, call: CallKey(named: call, by: .header), credential: key,
            client: client)
    }

    @Test(arguments: [
        ("sk-good1", "gpt-4o", nil), ("sk-good-old", "gpt-4o", Cause.invalidAPIKey),
        ("sk-other", "gpt-4o", .invalidAPIKey), ("SK-good1", "gpt-4o", .invalidAPIKey),
        ("sk-broke1", "gpt-4o", .insufficientQuota), ("sk-small1", "gpt-4o", .permissionDenied),
        ("sk-small1", "gpt-3.5-turbo", nil), ("sk-small1", "", nil), ("sk-temp1", "gpt-4o", nil),
        ("sk-day1", "gpt-4o", nil), ("", "gpt-4o", nil),
    ])
    func everyKeyHasItsCause(_ key: String, _ model: String, _ cause: Cause?) throws {
        let refusal = try keys().refusal(of: facts(key, model: model), at: .zero) { 1 }
        #expect(refusal?.fault.cause == cause)
        #expect(refusal?.by == (cause == nil ? nil : "keys"))
        // A reason never says the key.
        #expect(refusal?.reason.contains(key) != true)
    }

    @Test func withoutAnAcceptEveryOtherKeyIsGood() throws {
        var keys = try keys()
        keys.accept = nil
        #expect(keys.refusal(of: facts("anything"), at: .zero) { 1 } == nil)
        #expect(keys.refusal(of: facts("sk-good-old"), at: .zero) { 1 } != nil)
    }

    @Test func whatDoesNotExistIsNotTheKeysAffair() throws {
        let refusal = try keys().refusal(of: facts("bad", endpoint: .unknown), at: .zero) { 1 }
        #expect(refusal == nil)
        #expect(try keys().refusal(of: facts("bad", endpoint: .models), at: .zero) { 1 } != nil)
    }

    @Test(arguments: [(0, true), (59_999, true), (60_000, false), (100_000, false)])
    func aKeyIsGoodUntilItsTime(_ milliseconds: Int, _ isGood: Bool) throws {
        let refusal = try keys().refusal(of: facts("sk-day1"), at: .milliseconds(milliseconds)) {
            1
        }
        #expect((refusal == nil) == isGood)
        #expect(refusal?.fault.cause == (isGood ? nil : .invalidAPIKey))
    }

    @Test func theReasonNamesTheKeyByItsDigest() throws {
        let keys = try keys()
        let reason = keys.refusal(of: facts("sk-temp1"), at: .zero) { 3 }?.reason
        #expect(
            reason == "the key with digest \(SipHash.word("sk-temp1").hex) has expired by entry 1 "
                + "of 'expiring': this is call 3, it was good for 2")
    }

    private func engine() throws -> Engine {
        Engine(scenario: Scenario(name: "keys", keys: try keys()))
    }

    private func isGood(_ engine: Engine, _ facts: RequestFacts) -> Bool {
        engine.decide(facts, at: .zero).fault == nil
    }

    @Test func anAttemptDoesNotCountAgain() throws {
        let engine = try engine()
        for _ in 1...5 { #expect(isGood(engine, facts("sk-temp1", call: "a"))) }
        for _ in 1...5 { #expect(isGood(engine, facts("sk-temp1", call: "b"))) }
        for _ in 1...5 { #expect(!isGood(engine, facts("sk-temp1", call: "c"))) }
        // What was let in before stays in, and each key counts for itself.
        #expect(isGood(engine, facts("sk-temp1", call: "b")))
        #expect(isGood(engine, facts("sk-temp2", call: "c")))
        #expect(isGood(engine, facts("sk-temp1", call: "c", session: "other")))
    }

    @Test func whatWasDeliveredIsAnotherCallNextTime() throws {
        let engine = try engine()
        for expected in [true, true, false] {
            let decision = engine.decide(facts("sk-temp1"), at: .zero)
            #expect((decision.fault == nil) == expected)
            if expected { engine.succeed(decision) }
        }
    }

    @Test func aResetAndAnotherScenarioForgetTheCalls() throws {
        let engine = try engine()
        for call in ["a", "b"] { #expect(isGood(engine, facts("sk-temp1", call: call))) }
        #expect(!isGood(engine, facts("sk-temp1", call: "c")))
        engine.reset(session: "s")
        #expect(isGood(engine, facts("sk-temp1", call: "c")))
        #expect(isGood(engine, facts("sk-temp1", call: "d")))
        #expect(!isGood(engine, facts("sk-temp1", call: "e")))
        engine.replace(engine.scenario, at: .zero)
        #expect(isGood(engine, facts("sk-temp1", call: "e")))
    }

    @Test func accessIsAskedFirstThenKeysThenRules() throws {
        let rule = Rule(name: "rule", action: .effect(Effect(fault: .cut(.reset, at: .start))))
        let access = Access(deny: AddressSet([try AddressPattern("10.0.0.1")]))
        let engine = Engine(
            scenario: Scenario(name: "order", access: access, keys: try keys(), rules: [rule]))
        for (client, key, by) in [
            (NetworkAddress.v4(0x0A00_0001), "bad", "access"), (.v4(1), "bad", "keys"),
            (.v4(1), "sk-good", "rule"),
        ] {
            #expect(engine.decide(facts(key, client: client), at: .zero).rule == by)
        }
        let decision = engine.decide(facts("bad", client: .v4(0x0A00_0001)), at: .zero)
        #expect(
            decision.trace == [
                TraceEntry(
                    rule: "access",
                    outcome: .refused("client 10.0.0.1 is denied by 10.0.0.1"))
            ])
    }

    @Test func accessIsChangedWhileItIsServed() throws {
        let engine = Engine(scenario: Scenario(name: "open"))
        let asked = facts("any", client: .v4(0x0A00_0001))
        #expect(isGood(engine, asked))
        let deny = AddressSet([try AddressPattern("10.0.0.1")])
        engine.amend(nil) { $0.access = Access(deny: deny) }
        #expect(!isGood(engine, asked))
        engine.amend(nil) { $0.access = nil }
        #expect(isGood(engine, asked))
    }
}
