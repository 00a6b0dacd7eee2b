import BrownoutEngine
import BrownoutJSON
import BrownoutRecords
import Testing

@testable import BrownoutVerdicts

@Suite("What a run costs")
struct CostTests {
    /// A token of a prompt is a microdollar here, one of an answer ten; anthropic's cache as usual.
    private static let prices: PriceTable = {
        let text = """
            {"date": "2026-01-02", "currency": "USD", "providers": [
              {"provider": "openai", "prices": [
                {"models": ["gpt-4o"], "input": 1, "cached-input": 0.5, "output": 10}]},
              {"provider": "anthropic", "cached-input-factor": 0.1, "cache-write-factor": 1.25,
               "prices": [{"models": ["claude*"], "input": 4, "output": 20}]}]}
            """
        do {
            return try PriceTable(Array(text.utf8))
        } catch {
            preconditionFailure("\(error)")
        }
    }()

    /// 100 tokens of a prompt and 10 of an answer: 200 microdollars.
    private static func answer(_ at: Double, _ change: (inout Sample) -> Void = { _ in }) -> Sample
    {
        var sample = Sample(at: at)
        (sample.promptTokens, sample.completionTokens) = (100, 10)
        change(&sample)
        return sample
    }

    /// The same, of which a part went out.
    private static func broken(_ at: Double, _ change: (inout Sample) -> Void = { _ in }) -> Sample
    {
        answer(at) {
            ($0.faults, $0.ending, $0.isStream, $0.hasFinish) = ([.cut], .reset, true, false)
            change(&$0)
        }
    }

    private static func cost(_ samples: [Sample]) -> RunCost {
        RunCost(of: samples.calls, by: prices)
    }

    @Test func theFirstWholeAnswerOfACallIsUseful() {
        let cost = Self.cost([Self.answer(1)])
        #expect(cost.useful.decimal == "0.0002" && cost.wasted == .zero)
        #expect(cost.usefulTokens == 110 && cost.wastedTokens == 0)
        #expect(cost.leastWasted == .zero && cost.mostWasted == .zero)
    }

    @Test func whatFailedBeforeItSaidAnythingCostsNothing() {
        let failed = Sample.failing(.overloaded, at: 1) { $0.promptTokens = 100 }
        let page = Self.answer(2) { $0.faults = [.content(.htmlWith200)] }
        let left = Self.answer(3) { ($0.status, $0.ending, $0.body) = (nil, .clientLeft, 0) }
        #expect([page].calls.map(\.outcome) == [.exhausted])
        let cost = Self.cost([failed, page, left])
        #expect(cost == RunCost(date: "2026-01-02"))
    }

    @Test func whatBrokeOffIsWastedWithItsPromptAtLeast() {
        let cost = Self.cost([Self.broken(1), Self.answer(2)])
        #expect(cost.useful.decimal == "0.0002" && cost.wasted.decimal == "0.0002")
        #expect(cost.leastWasted.decimal == "0.0001" && cost.mostWasted == cost.wasted)
        #expect(cost.usefulTokens == 110 && cost.wastedTokens == 110)
        #expect(
            cost.wastedText == "0.0001 USD to 0.0002 USD by prices of 2026-01-02")
    }

    @Test func whatTheClientLeftInTheMiddleIsWasted() {
        let left = Self.answer(1) {
            ($0.isStream, $0.hasFinish, $0.ending) = (true, false, .clientLeft)
        }
        #expect([left].calls.map(\.outcome) == [.abandoned])
        #expect(Self.cost([left]).wasted.decimal == "0.0002")
        var silent = left
        silent.body = 0
        #expect(Self.cost([silent]).wasted == .zero)
    }

    @Test func ofADoubleTheFirstToBeWholeIsUseful() {
        let slow = Self.answer(1) { ($0.named, $0.takes, $0.completionTokens) = ("a", 3, 1000) }
        let quick = Self.answer(2) { ($0.named, $0.takes) = ("a", 0.5) }
        let cost = Self.cost([slow, quick])
        #expect(cost.useful.decimal == "0.0002" && cost.wasted.decimal == "0.0101")
        #expect(cost.leastWasted == cost.wasted)
    }

    @Test func theCacheHasPricesOfItsOwn() {
        let cost = Self.cost([
            Self.answer(1) {
                ($0.provider, $0.model) = ("anthropic", "claude-x")
                ($0.cachedTokens, $0.cacheWriteTokens) = (50, 20)
            }
        ])
        // 30 at 4, 50 at 0.4, 20 at 5 and 10 at 20 microdollars.
        #expect(cost.useful.decimal == "0.00044")
        let openai = Self.cost([Self.answer(1) { $0.cachedTokens = 40 }])
        #expect(openai.useful.decimal == "0.00018")
    }

    @Test func anUnknownModelHasTokensAndNoPrice() {
        let samples = [
            Self.answer(1) { ($0.model, $0.key, $0.prompt) = ("mine", "k1", 1) },
            Self.answer(2) { ($0.model, $0.key, $0.prompt) = ("mine", "k2", 2) },
            Self.answer(3) { ($0.model, $0.key, $0.prompt) = ("a", "k3", 3) },
            Self.answer(4) { ($0.key, $0.prompt) = ("k4", 4) },
        ]
        let cost = Self.cost(samples)
        #expect(cost.unknownModels == ["a", "mine"])
        #expect(cost.useful.decimal == "0.0002" && cost.usefulTokens == 440)
        #expect(cost.unpricedTokens == 330 && cost.isWasteKnown)
        // An error of a model without a price costs nothing all the same.
        let failed = Sample.failing(.overloaded, at: 1) { $0.model = "mine" }
        #expect(Self.cost([failed]).unknownModels == [])
    }

    @Test func whatNobodyCountedIsInNoSum() {
        let cost = Self.cost([Sample(at: 1), Sample(at: 2, key: "k2", prompt: 2)])
        #expect(cost.uncountedAnswers == 2 && cost.useful == .zero && cost.isWasteKnown)
        var broken = Self.broken(1)
        broken.promptTokens = nil
        #expect(!Self.cost([broken]).isWasteKnown)
    }

    @Test func absurdCountsEndNothing() {
        let cost = Self.cost([
            Self.answer(1) { ($0.promptTokens, $0.completionTokens) = (.max, .max) },
            Self.answer(2) { ($0.promptTokens, $0.completionTokens) = (-5, .min) },
        ])
        #expect(cost.usefulTokens == 2_000_000_000 && cost.useful.decimal == "11000")
    }

    @Test func sumsAreByProviderModelSessionAndKey() throws {
        let samples = [
            Self.broken(1),
            Self.answer(2),
            Self.answer(3) {
                ($0.provider, $0.model, $0.key, $0.prompt) = ("anthropic", "claude-x", "k2", 2)
                ($0.session, $0.credential) = ("s2", 8)
            },
            Self.answer(4) { ($0.model, $0.key, $0.prompt) = ("mine", "k3", 3) },
        ]
        let cost = Self.cost(samples)
        #expect(cost.providers.map(\.name) == ["anthropic", "openai"])
        #expect(cost.models.map(\.name) == ["claude-x", "gpt-4o", "mine"])
        #expect(cost.models.map(\.provider) == ["anthropic", "openai", "openai"])
        #expect(cost.sessions.map(\.name) == ["default", "s2"])
        #expect(cost.keys.map(\.name) == [UInt64(7).hex, UInt64(8).hex])
        for lines in [cost.providers, cost.models, cost.sessions, cost.keys] {
            #expect(lines.reduce(0) { $0 + $1.tokens } == cost.usefulTokens + cost.wastedTokens)
            #expect(lines.reduce(Money.zero) { $0 + $1.useful } == cost.useful)
            #expect(lines.reduce(Money.zero) { $0 + $1.wasted } == cost.wasted)
            #expect(lines.reduce(0) { $0 + $1.unpricedTokens } == 110)
        }
        let line = try #require(cost.json["by"]?["model"]?.arrayValue?[1])
        #expect(
            line.text
                == #"{"provider":"openai","model":"gpt-4o","tokens":220,"unpriced":0,"#
                + #""useful":0.0002,"wasted":0.0002}"#)
    }

    @Test func theOrderOfCallsDoesNotMatter() {
        let samples = (0..<30).map { number in
            let (key, prompt) = ("k\(number)", UInt64(number))
            return number % 3 == 0
                ? Self.broken(Double(number)) { ($0.key, $0.prompt) = (key, prompt) }
                : Self.answer(Double(number)) {
                    ($0.key, $0.prompt, $0.model) = (key, prompt, "m\(number % 4)")
                    $0.session = "s\(number % 5)"
                }
        }
        #expect(Self.cost(samples).json == Self.cost(samples.reversed()).json)
    }

    // MARK: Verdicts

    private static func verdict(_ samples: [Sample], _ wanted: Comparison) -> Verdict {
        cost(samples).verdict(on: wanted)
    }

    private static func comparing(
        _ relation: Comparison.Relation, microdollars: UInt64
    ) throws -> Comparison {
        Comparison(
            relation, .dollars(try #require(Ratio(microdollars, outOf: 1_000_000))))
    }

    /// One answer that broke off: 100 microdollars at least, 200 at most.
    @Test(
        arguments: [
            (.atMost, 99, .fail), (.atMost, 100, .unknown), (.atMost, 199, .unknown),
            (.atMost, 200, .pass), (.less, 100, .fail), (.less, 200, .unknown), (.less, 201, .pass),
            (.atLeast, 100, .pass), (.atLeast, 101, .unknown), (.atLeast, 201, .fail),
            (.more, 99, .pass), (.more, 100, .unknown), (.more, 200, .fail),
            (.equal, 99, .fail), (.equal, 150, .unknown), (.equal, 201, .fail),
        ] as [(Comparison.Relation, UInt64, Verdict)])
    func aBoundHoldsForAllThatMayBe(
        relation: Comparison.Relation, bound: UInt64, verdict: Verdict
    ) throws {
        let wanted = try Self.comparing(relation, microdollars: bound)
        #expect(Self.verdict([Self.broken(1), Self.answer(2)], wanted) == verdict)
        if relation == .equal { return }
        // What has no price may be anything.
        let other = Self.broken(3) { ($0.key, $0.prompt, $0.model) = ("k2", 2, "mine") }
        let mixed = Self.verdict([Self.broken(1), Self.answer(2), other], wanted)
        let isUpper = [.atMost, .less].contains(relation)
        #expect(mixed == (verdict == (isUpper ? .fail : .pass) ? verdict : .unknown))
    }

    @Test func whatIsUnsureIsNoWasteForSure() throws {
        // An equal question 90 s after a failure is of the same call, perhaps.
        let first = Self.broken(1)
        let late = Self.answer(90)
        #expect([first, late].calls.map(\.isSure) == [false])
        let cost = Self.cost([first, late])
        #expect(cost.leastWasted.decimal == "0.0001" && cost.mostWasted.decimal == "0.0002")
        // Two answers to equal words, the second asked for in the silence of the first.
        let other = Self.answer(1.0005) { $0.connection = 2 }
        let both = [Self.answer(1), other]
        #expect(both.calls.map(\.isSure) == [false, false])
        let doubled = Self.cost(both)
        #expect(doubled.useful.decimal == "0.0004" && doubled.wasted == .zero)
        #expect(doubled.leastWasted == .zero && doubled.mostWasted.decimal == "0.0002")
        let none = try Self.comparing(.atMost, microdollars: 0)
        #expect(Self.verdict(both, none) == .unknown)
        #expect(Self.verdict([Self.answer(1), Self.answer(2)], none) == .pass)
    }

    private static func scenario(_ wanted: Comparison) -> Scenario {
        var scenario = Scenario.healthy
        scenario.expectations = [
            ExpectationBlock(expectations: [
                Expectation(
                    path: "cost.wasted", wanted: "<= x", line: 3, want: .wasted(wanted))
            ])
        ]
        return scenario
    }

    private static func run(_ samples: [Sample], _ wanted: Comparison) -> RunVerdict {
        RunVerdict(
            RunEvidence(samples.map(\.record)), scenario: scenario(wanted), name: "s", seed: 1,
            prices: prices)
    }

    @Test func anExpectationSaysWhatWasWastedAndByWhichPrices() throws {
        let doubled = [
            Self.answer(1) { $0.named = "a" }, Self.answer(2) { $0.named = "a" },
            Self.answer(3) { ($0.key, $0.prompt) = ("k2", 2) },
        ]
        let run = Self.run(doubled, try Self.comparing(.atMost, microdollars: 199))
        let found = try #require(run.expectations.first)
        #expect(found.verdict == .fail && run.verdict == .fail)
        #expect(found.found == "0.0002 USD by prices of 2026-01-02")
        #expect(found.calls == ["c1"])
        let cost = try #require(try JSON.parse(run.bytes)["cost"])
        #expect(cost["currency"] == "USD" && cost["prices"] == "2026-01-02")
        #expect(cost["useful"]?.text == "0.0004" && cost["wasted"]?.text == "0.0002")
        #expect(cost["unknown-models"] == [])
        let enough = Self.run(doubled, try Self.comparing(.atMost, microdollars: 200))
        #expect(enough.expectations.map(\.verdict) == [.pass] && enough.verdict == .pass)
        #expect(enough.expectations.map(\.calls) == [[]])
    }

    @Test func wasteWithoutAPriceIsUnknown() throws {
        let wanted = try Self.comparing(.atMost, microdollars: 50_000)
        let broken = Self.broken(1) { $0.model = "mine" }
        let found = try #require(Self.run([broken], wanted).expectations.first)
        #expect(found.verdict == .unknown && found.calls == ["c1"])
        #expect(
            found.found == "0 USD by prices of 2026-01-02, and answers whose price is not known")
        // A useful answer without a price wastes nothing.
        let useful = Self.answer(1) { $0.model = "mine" }
        #expect(Self.run([useful], wanted).expectations.map(\.verdict) == [.pass])
        #expect(Self.run([], wanted).expectations.map(\.verdict) == [.unknown])
    }

    @Test func aDoubleBillSaysTokensAndMoney() throws {
        func finding(_ second: (inout Sample) -> Void) throws -> Finding {
            let samples = [
                Self.answer(1) { $0.named = "a" },
                Self.answer(2) {
                    $0.named = "a"
                    second(&$0)
                },
            ]
            let all = Scorecard.findings(samples.calls, CallWindows(), prices: Self.prices)
            return try #require(all.first { $0.rule == "duplicate-billing" })
        }
        let double = try finding { _ in }
        #expect(double.verdict == .fail)
        #expect(double.says == "2 answers were paid for, 110 tokens more, 0.0002 USD")
        let figures = JSON.object(double.measured)
        #expect(figures["answers"] == 1 && figures["tokens"] == 110)
        #expect(figures["money"]?.text == "0.0002" && figures["unknown-models"] == [])
        let unknown = try finding { $0.model = "mine" }
        #expect(
            unknown.says
                == "2 answers were paid for, 110 tokens more, at a price that is not known")
        #expect(JSON.object(unknown.measured)["money"] == .null)
        #expect(JSON.object(unknown.measured)["tokens"] == 110)
        #expect(JSON.object(unknown.measured)["unknown-models"] == ["mine"])
        let broken = try finding {
            ($0.faults, $0.ending, $0.isStream, $0.hasFinish) = ([.cut], .reset, true, false)
        }
        #expect(
            broken.says == "2 answers were paid for, up to 110 tokens more, up to 0.0002 USD")
    }
}
