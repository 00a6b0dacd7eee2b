import BrownoutEngine
import BrownoutJSON
import BrownoutRecords
import Testing

@testable import BrownoutVerdicts

@Suite("What a scenario expects")
struct ExpectationTests {
    private func found(
        _ want: BrownoutEngine.Expectation.Want, _ samples: [Sample], said: [OutcomeRecord] = [],
        when: Matcher = Matcher(), doubts: Doubts = Doubts(), in scenario: Scenario? = nil
    ) -> ExpectationFinding {
        var scenario = scenario ?? Scenario(name: "expecting")
        scenario.expectations = [
            ExpectationBlock(
                when: when,
                expectations: [
                    BrownoutEngine.Expectation(path: "it", wanted: "so", line: 1, want: want)
                ])
        ]
        let calls = samples.calls(said)
        return ExpectationJudge(calls, CallWindows(), of: scenario, doubts: doubts).findings[0]
    }

    private static func number(_ relation: Comparison.Relation, _ number: UInt64) -> Comparison {
        Comparison(relation, .number(Ratio(number)))
    }

    private static func time(_ relation: Comparison.Relation, _ time: Duration) -> Comparison {
        Comparison(relation, .duration(time))
    }

    private static func share(_ numerator: UInt64, _ denominator: UInt64) throws -> Chance {
        try #require(Chance(numerator, outOf: denominator))
    }

    /// Calls at providers, so many of each.
    private func calls(_ counts: [(provider: String, count: Int)]) -> [Sample] {
        counts.flatMap { Array(repeating: $0.provider, count: $0.count) }.enumerated().map {
            Sample(
                at: Double($0), provider: $1, model: "m-\($1)", key: "k\($0)", prompt: UInt64($0))
        }
    }

    // MARK: Sharing

    @Test func aSplitIsHeldAgainstChance() throws {
        let wanted: [BrownoutEngine.Expectation.SplitCell] = [
            .init(name: "openai", target: .provider("openai"), share: try Self.share(1, 2)),
            .init(
                name: "m-anthropic", target: .model(try Glob("m-anthropic")),
                share: try Self.share(3, 10)),
        ]
        func verdict(_ openai: Int, _ anthropic: Int, _ mistral: Int) -> Verdict {
            let samples = calls(
                [("openai", openai), ("anthropic", anthropic), ("mistral", mistral)])
            return found(.split(wanted), samples).verdict
        }
        #expect(verdict(50, 30, 20) == .pass)
        #expect(verdict(56, 27, 17) == .pass)
        #expect(verdict(70, 20, 10) == .fail)
        // Two of ten are to go elsewhere: too few to tell.
        #expect(verdict(10, 0, 0) == .unknown)
        #expect(verdict(0, 0, 0) == .unknown)
    }

    @Test func whatHasNoShareGoesNowhere() throws {
        let wanted = [
            BrownoutEngine.Expectation.SplitCell(
                name: "openai", target: .provider("openai"), share: .always)
        ]
        #expect(found(.split(wanted), calls([("openai", 9)])).verdict == .pass)
        let other = found(.split(wanted), calls([("openai", 9), ("mistral", 1)]))
        #expect(other.verdict == .fail && other.calls == ["c10"])
    }

    /// Tables of the distribution have these.
    @Test(arguments: [(1, 6.635), (10, 23.209), (30, 50.892), (40, 63.691), (100, 135.807)])
    func onceInAHundredTimesIsAsInTables(freedom: Int, critical: Double) {
        #expect(abs(ChiSquared.critical(freedom) - critical) < 0.02)
    }

    @Test func aUsersCallsGoToOneModel() {
        func verdict(_ models: [(user: UInt64?, model: String)]) -> Verdict {
            let samples = models.enumerated().map { index, call in
                var sample = Sample(
                    at: Double(index), model: call.model, key: "k\(index)", prompt: UInt64(index))
                sample.user = call.user
                return sample
            }
            return found(.sticky(header: "x-user"), samples).verdict
        }
        #expect(verdict([(1, "a"), (2, "b"), (1, "a")]) == .pass)
        #expect(verdict([(1, "a"), (2, "b"), (1, "b")]) == .fail)
        #expect(verdict([(1, "a"), (2, "b")]) == .unknown)
        #expect(verdict([(nil, "a"), (nil, "b")]) == .unknown)
    }

    @Test func theScorecardHasWhatIsExpectedOfSharing() throws {
        var scenario = Scenario(name: "shared")
        let samples = calls([("openai", 40)])
        func verdict(_ rule: String) -> Verdict? {
            Scorecard.findings(samples.calls, CallWindows(), of: scenario)
                .first { $0.rule == rule }?.verdict
        }
        #expect(verdict("load-split") == .notExercised)
        #expect(verdict("sticky") == .notExercised)
        let half = BrownoutEngine.Expectation.SplitCell(
            name: "openai", target: .provider("openai"), share: try Self.share(1, 2))
        scenario.expectations = [
            ExpectationBlock(expectations: [
                BrownoutEngine.Expectation(
                    path: "split", wanted: "", line: 1, want: .split([half])),
                BrownoutEngine.Expectation(
                    path: "sticky", wanted: "", line: 2, want: .sticky(header: "x-user")),
            ])
        ]
        #expect(verdict("load-split") == .fail)
        #expect(verdict("sticky") == .unknown)
    }

    // MARK: Times and words

    @Test func aFirstTokenLiesBetweenTheFirstByteAndTheLast() {
        let plain = Sample(at: 1)
        let wanted = Self.time(.atMost, .milliseconds(1))
        #expect(found(.firstToken(.p95, wanted), [plain]).verdict == .pass)
        var stream = Sample(at: 1, takes: 2, isStream: true, hasFinish: true)
        #expect(found(.firstToken(.p95, wanted), [stream]).verdict == .unknown)
        let longer = Self.time(.atMost, .seconds(3))
        #expect(found(.firstToken(.p95, longer), [stream]).verdict == .pass)
        stream.firstToken = 1.5
        #expect(found(.firstToken(.p95, longer), [stream]).verdict == .pass)
        #expect(found(.firstToken(.p95, wanted), [stream]).verdict == .fail)
        stream.firstToken = nil
        let shorter = Self.time(.atMost, .microseconds(500))
        #expect(found(.firstToken(.p95, shorter), [stream]).verdict == .fail)
        stream = .failing(.overloaded, at: 1)
        #expect(found(.firstToken(.p95, wanted), [stream]).verdict == .unknown)
    }

    @Test func accuracyIsTheShareOfTrueWords() throws {
        let samples = (0..<4).map { number in
            Sample.failing(.overloaded, at: Double(number)) {
                ($0.key, $0.prompt) = ("k\(number)", UInt64(number))
            }
        }
        let said = samples.enumerated().map { number, sample in
            OutcomeRecord.said(.failed, of: .exchange(sample.record.id), at: 9) {
                $0.category = number == 0 ? .auth : number == 1 ? .unknown : .modelOverloaded
            }
        }
        let two = Comparison(.atLeast, .share(try Self.share(2, 3)))
        #expect(found(.accuracy(two), samples, said: said).verdict == .pass)
        #expect(found(.accuracy(two), samples, said: said).found == "2 of 3")
        let all = Comparison(.atLeast, .share(.always))
        let wrong = found(.accuracy(all), samples, said: said)
        #expect(wrong.verdict == .fail && wrong.calls == ["c1"])
        #expect(found(.accuracy(all), samples).verdict == .unknown)
    }

    @Test func aFallbackIsCountedFromTheFailuresEnd() throws {
        let failed = Sample.failing(.overloaded, at: 1) { $0.takes = 5 }
        var other = Sample(at: 7)
        (other.provider, other.model, other.key) = ("anthropic", "claude", "k2")
        let wanted = BrownoutEngine.Expectation.Fallback(
            from: .provider("openai"), to: .provider("anthropic"),
            within: Self.time(.atMost, .seconds(2)))
        #expect(found(.fallback(wanted), [failed, other]).verdict == .pass)
        other.at = 9
        #expect(found(.fallback(wanted), [failed, other]).verdict == .fail)
        #expect(
            found(.fallback(wanted), [failed, other], doubts: Doubts(isLate: true)).verdict
                == .unknown)
        #expect(found(.fallback(wanted), [failed]).verdict == .fail)
        #expect(
            found(.fallback(wanted), [failed], doubts: Doubts(isCutShort: true)).verdict
                == .unknown)
    }

    // MARK: Which calls

    @Test func conditionsAreHeldAgainstWhatAJournalTells() throws {
        let counts = BrownoutEngine.Expectation.Want.calls(.total, Self.number(.equal, 1))
        var samples = calls([("openai", 1), ("anthropic", 1)])
        (samples[1].credential, samples[1].client) = (SipHash.word("sk-b"), "10.0.0.9")
        (samples[1].isHTTP2, samples[1].endpoint) = (true, "messages")
        func verdict(_ change: (inout Matcher) throws -> Void) rethrows -> Verdict {
            var matcher = Matcher()
            try change(&matcher)
            return found(counts, samples, when: matcher).verdict
        }
        #expect(verdict { _ in } == .fail)
        #expect(try verdict { $0.provider = [try Glob("anth*")] } == .pass)
        #expect(try verdict { $0.key = [try Glob("sk-b")] } == .pass)
        #expect(try verdict { $0.key = [try Glob("sk-*")] } == .unknown)
        #expect(try verdict { $0.key = [try Glob("sk-c")] } == .fail)
        #expect(try verdict { $0.client = [try AddressPattern("10.0.0.0/8")] } == .pass)
        #expect(verdict { $0.version = .http2 } == .pass)
        #expect(verdict { $0.endpoint = [Endpoint("messages", .chat)] } == .pass)
        #expect(verdict { $0.tools = true } == .unknown)
        var header = Matcher()
        header.header = [.init(name: "x-user", value: try Glob("a"))]
        let untold = found(counts, samples, when: header)
        #expect(untold.verdict == .unknown)
        #expect(untold.found?.contains("header fields") == true)
    }

    /// What a request's head and body say is known when it comes: the journal keeps the outcome.
    @Test func whatTheServerSaidOfConditionsDecides() throws {
        var header = Matcher()
        header.header = [.init(name: "x-user", value: try Glob("a"))]
        func samples(_ expected: [UInt64?]) -> [Sample] {
            expected.enumerated().map { number, bits in
                var sample = Sample(at: Double(number), key: "k\(number)", prompt: UInt64(number))
                sample.expected = bits
                return sample
            }
        }
        let one = Expectation.Want.calls(.total, Comparison(.equal, .number(Ratio(1))))
        #expect(found(one, samples([1, 0, 0]), when: header).verdict == .pass)
        #expect(found(one, samples([1, 0, 1]), when: header).verdict == .fail)
        #expect(found(one, samples([1, nil, 0]), when: header).verdict == .unknown)
    }

    @Test func breakersAreHeldAgainstWhatIsExpected() {
        /// Five calls that fail, then some that begin elsewhere, then as before.
        var samples: [Sample] = []
        for number in 0..<20 {
            var sample = Sample(at: Double(number) * 2, key: "k\(number)", prompt: UInt64(number))
            if number < 5 || number == 8 {
                sample = .failing(.overloaded, at: sample.at) {
                    ($0.key, $0.prompt, $0.rule) = ("k\(number)", UInt64(number), "down")
                }
            } else if number < 12 {
                (sample.provider, sample.model) = ("anthropic", "claude")
            }
            samples.append(sample)
        }
        let opensAfter = {
            BrownoutEngine.Expectation.Want.breaker(.opensAfter, Self.number(.atMost, $0))
        }
        #expect(found(opensAfter(5), samples).verdict == .pass)
        #expect(found(opensAfter(4), samples).verdict == .fail)
        let probes = { BrownoutEngine.Expectation.Want.breaker(.probes, Self.number(.atMost, $0)) }
        #expect(found(probes(2), samples).verdict == .pass)
        #expect(found(probes(1), samples).verdict == .fail)
        let closes = {
            BrownoutEngine.Expectation.Want.breaker(.closesWithin, Self.time(.atMost, .seconds($0)))
        }
        #expect(found(closes(60), samples).verdict == .pass)
        // Who was asked after so many failures has no breaker that opens after fewer.
        let failing = (0..<9).map { number in
            Sample.failing(.overloaded, at: Double(number)) {
                ($0.key, $0.prompt) = ("k\(number)", UInt64(number))
            }
        }
        #expect(found(opensAfter(5), failing).verdict == .fail)
        #expect(found(opensAfter(20), failing).verdict == .unknown)
    }
}
