import BrownoutEngine
import BrownoutRecords
import Testing

@testable import BrownoutVerdicts

extension [Sample] {
    /// What one expectation comes to.
    func expecting(
        _ want: BrownoutEngine.Expectation.Want, said: [OutcomeRecord] = [],
        when: Matcher = Matcher()
    ) -> ExpectationFinding {
        var scenario = Scenario(name: "expecting")
        scenario.expectations = [
            ExpectationBlock(
                when: when,
                expectations: [
                    BrownoutEngine.Expectation(path: "it", wanted: "so", line: 1, want: want)
                ])
        ]
        return ExpectationJudge(calls(said), CallWindows(), of: scenario).findings[0]
    }
}

@Suite("Counts that a scenario expects")
struct CountTests {
    private static func number(_ relation: Comparison.Relation, _ number: UInt64) -> Comparison {
        Comparison(relation, .number(Ratio(number)))
    }

    /// Calls one by one, of which the first few fail.
    private static func calls(_ count: Int, failing: Int) -> [Sample] {
        (0..<count).map { number in
            let (at, key, prompt) = (Double(number), "k\(number)", UInt64(number))
            if number >= failing { return Sample(at: at, key: key, prompt: prompt) }
            return .failing(.badRequest, at: at, status: 400) {
                ($0.key, $0.prompt) = (key, prompt)
            }
        }
    }

    @Test func theProofIsWhatThereIsTooMuchOf() {
        let samples = Self.calls(6, failing: 2)
        let none = samples.expecting(.calls(.failed, Self.number(.equal, 0)))
        #expect(none.verdict == .fail && none.calls == ["c1", "c2"])
        let more = samples.expecting(.calls(.failed, Self.number(.equal, 3)))
        #expect(more.verdict == .fail && more.calls == ["c3", "c4", "c5", "c6"])
        let all = samples.expecting(
            .calls(.succeeded, Comparison(.equal, .share(.always))))
        #expect(all.verdict == .fail && all.calls == ["c1", "c2"])
    }

    /// A failure names what proves it, also where no call is in scope.
    @Test func whereNothingIsInScopeAllProveIt() throws {
        var when = Matcher()
        when.provider = [try Glob("anthropic")]
        let samples = Self.calls(3, failing: 0)
        for want in [
            BrownoutEngine.Expectation.Want.calls(.total, Self.number(.atLeast, 1)),
            .calls(.succeeded, Self.number(.atLeast, 1)),
            .attempts(.total, Self.number(.atLeast, 1)),
        ] {
            let found = samples.expecting(want, when: when)
            #expect(found.verdict == .fail && found.calls == ["c1", "c2", "c3"])
        }
        let never = BrownoutEngine.Expectation.Want.attempts(.total, Self.number(.equal, 0))
        #expect(samples.expecting(never, when: when).verdict == .pass)
        let share = Comparison(.atLeast, .share(.always))
        #expect(samples.expecting(.calls(.succeeded, share), when: when).verdict == .unknown)
    }

    /// What is in progress may still succeed or fail.
    @Test func whatIsInProgressMayStillCount() {
        var samples = Self.calls(3, failing: 0)
        samples[2].ending = nil
        let all = Comparison(.atLeast, .share(.always))
        #expect(samples.expecting(.calls(.succeeded, all)).verdict == .unknown)
        #expect(samples.expecting(.calls(.failed, Self.number(.equal, 0))).verdict == .unknown)
        #expect(samples.expecting(.calls(.succeeded, Self.number(.atLeast, 2))).verdict == .pass)
        #expect(samples.expecting(.calls(.succeeded, Self.number(.atLeast, 4))).verdict == .fail)
    }

    /// One call that is not sure does not hide that the others failed.
    @Test func whatIsNotSureHidesNoOthers() {
        let unsure = [Sample.failing(.overloaded, at: 100), Sample(at: 190)].map { sample in
            var sample = sample
            (sample.key, sample.prompt) = ("u", 99)
            return sample
        }
        let samples = Self.calls(6, failing: 4) + unsure
        let none = BrownoutEngine.Expectation.Want.calls(.failed, Self.number(.equal, 0))
        #expect(samples.expecting(none).verdict == .fail)
        #expect((Self.calls(6, failing: 0) + unsure).expecting(none).verdict == .pass)
        // Seven calls, if the last one is one; eight, if it is two.
        #expect(
            samples.expecting(.calls(.total, Self.number(.equal, 8))).verdict == .unknown)
        #expect(samples.expecting(.calls(.total, Self.number(.equal, 9))).verdict == .fail)
        let most = Comparison(.atLeast, .share(.always))
        #expect(samples.expecting(.calls(.succeeded, most)).verdict == .fail)
    }

    @Test func ofAttemptsTheSureCallsProveIt() {
        let three = (0..<3).map { Sample.failing(.overloaded, at: 1 + Double($0)) }
        let late = (0..<5).map { number in
            Sample.failing(.overloaded, at: 100 + Double(number) * 90) {
                ($0.key, $0.prompt) = ("u", 99)
            }
        }
        let most = BrownoutEngine.Expectation.Want.attempts(.perCall, Self.number(.atMost, 2))
        let found = (three + late).expecting(most)
        #expect(found.verdict == .fail && found.calls == ["c1"] && found.found == "3")
        #expect(late.expecting(most).verdict == .unknown)
    }

    /// Of amplification the calls in the outage are the proof, not those before it.
    @Test func anOutageIsProvedByItsCalls() {
        let many = (0..<8).map { number in
            Sample.failing(.overloaded, at: 100 + Double(number)) {
                ($0.key, $0.prompt) = ("down", 99)
            }
        }
        let most = BrownoutEngine.Expectation.Want.attempts(
            .amplification, Self.number(.atMost, 3))
        let found = (Self.calls(4, failing: 0) + many).expecting(most)
        #expect(found.verdict == .fail && found.calls == ["c5"])
    }
}
