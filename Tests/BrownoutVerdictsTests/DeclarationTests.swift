import BrownoutEngine
import BrownoutRecords
import BrownoutVerdicts
import Testing

@Suite("What clients say of their calls")
struct DeclarationTests {
    private func calls(_ samples: [Sample], _ said: [OutcomeRecord]) -> [Call] {
        CallFinder.calls(of: samples.compactMap { Attempt($0.record) }, outcomes: said)
    }

    @Test func aNameOrAKeyTellsTheCall() {
        var named = Sample.failing(.overloaded, at: 1)
        named.named = "mine"
        var keyed = Sample.failing(.overloaded, at: 2) { ($0.key, $0.prompt) = ("k2", 2) }
        keyed.idempotencyKey = "key-1"
        let found = calls(
            [named, keyed],
            [.said(.failed, of: .call("key-1"), at: 3), .said(.fellBack, of: .call("mine"), at: 4)])
        #expect(found.map(\.declared?.outcome) == [.fellBack, .failed])
        #expect(found.map(\.declared?.at) == [4_000_000, 3_000_000])
    }

    @Test func anExchangeTellsTheCallThatContainsIt() {
        let samples = [
            Sample.failing(.overloaded, at: 1), Sample(at: 2), Sample(at: 3, key: "k2", prompt: 2),
        ]
        let id = samples[0].record.id
        let found = calls(samples, [.said(.succeeded, of: .exchange(id), at: 4)])
        #expect(found.map(\.declared?.exchange) == [id, nil])
    }

    /// Runs with the same seed give the same ids.
    @Test func ofExchangesWithOneIDTheLatestBeforeTheWordIsMeant() {
        let (one, other) = (Sample(at: 1), Sample(at: 100))
        var records = [one.record, other.record]
        records[1].id = records[0].id
        let attempts = records.compactMap { Attempt($0) }
        func declared(at: Double) -> [DeclaredOutcome?] {
            let said = OutcomeRecord.said(.succeeded, of: .exchange(records[0].id), at: at)
            return CallFinder.calls(of: attempts, outcomes: [said]).map(\.declared?.outcome)
        }
        #expect(declared(at: 50) == [.succeeded, nil])
        #expect(declared(at: 150) == [nil, .succeeded])
    }

    @Test func theLatestCallIsTheOneThatEndedLastBeforeTheWord() {
        let samples = [
            Sample(at: 1, takes: 5, isStream: true, hasFinish: true),
            Sample(at: 2, takes: 0.5, key: "k2", prompt: 2), Sample(at: 4, key: "k3", prompt: 3),
        ]
        func declared(at: Double, session: String = "default") -> [Bool] {
            calls(samples, [.said(.failed, of: .latest, at: at, session: session)]).map {
                $0.declared != nil
            }
        }
        // The head of the request that says so is not the call that it speaks of.
        #expect(declared(at: 4) == [false, true, false])
        #expect(declared(at: 5) == [false, false, true])
        #expect(declared(at: 9) == [true, false, false])
        #expect(declared(at: 1.5) == [false, false, false])
        #expect(declared(at: 9, session: "other") == [false, false, false])
    }

    /// A call that goes on has not ended, though an attempt of it has.
    @Test func aCallThatGoesOnIsNotTheLatest() {
        let samples = [
            Sample(at: 0.5, key: "k9", prompt: 9), .failing(.overloaded, at: 1),
            Sample(at: 2, takes: 5),
        ]
        var slow = samples
        slow[2].isStream = true
        slow[2].hasFinish = true
        let found = calls(slow, [.said(.failed, of: .latest, at: 3)])
        #expect(found.map { $0.declared != nil } == [true, false])
        #expect(
            calls(slow, [.said(.failed, of: .latest, at: 1.5)]).map { $0.declared != nil }
                == [false, true, false])
    }

    @Test func theLastDecisiveWordCounts() {
        let sample = Sample.failing(.overloaded, at: 1)
        func word(_ outcomes: DeclaredOutcome...) -> DeclaredOutcome? {
            let said = outcomes.enumerated().map { index, outcome in
                OutcomeRecord.said(
                    outcome, of: .exchange(sample.record.id), at: 2 + Double(index))
            }
            return calls([sample], said.reversed())[0].declared?.outcome
        }
        #expect(word(.partial) == .partial)
        #expect(word(.partial, .failed) == .failed)
        #expect(word(.failed, .partial) == .failed)
        #expect(word(.failed, .succeeded) == .succeeded)
    }

    @Test(arguments: [
        (DeclaredOutcome.succeeded, 2), (.failed, 2), (.fellBack, 2), (.partial, 1),
    ])
    func anEqualRequestAfterTheLastWordIsAnotherCall(outcome: DeclaredOutcome, count: Int) {
        let samples = [Sample.failing(.overloaded, at: 1), Sample(at: 3)]
        #expect(calls(samples, [.said(outcome, of: .latest, at: 2)]).count == count)
        // A header of the next request says it before that request is anything.
        #expect(calls(samples, [.said(outcome, of: .latest, at: 3)]).count == count)
        // What the client says itself ties all the same.
        var named = samples
        for index in named.indices { named[index].named = "mine" }
        let found = calls(named, [.said(outcome, of: .call("mine"), at: 2)])
        #expect(found.count == 1)
        #expect(found[0].attemptsWhenFailed == (outcome == .failed ? 1 : nil))
    }

    /// With a clock that stands still the wall's clock tells what came first.
    @Test func aClockThatStandsStillLeavesTheWallsOrder() {
        var records = [Sample.failing(.overloaded, at: 1).record, Sample(at: 3).record]
        for index in records.indices {
            records[index].scenarioTime = 0
            records[index].headSent = 0
            records[index].firstByte = 0
            records[index].lastByte = 0
        }
        var said = OutcomeRecord.said(.failed, of: .latest, at: 2)
        said.scenarioTime = 0
        let found = CallFinder.calls(of: records.compactMap { Attempt($0) }, outcomes: [said])
        #expect(found.map { $0.declared?.outcome } == [.failed, nil])
    }
}
