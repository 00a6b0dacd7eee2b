import BrownoutEngine
import Testing

/// What is measured over many calls is what the scenario says, and each attempt draws for itself.
@Suite struct LatencyDrawTests {
    private static let calls = 20_000

    private func facts(_ call: Int, tokens: Int = 0) -> RequestFacts {
        RequestFacts(
            provider: "openai", dialect: .openai, endpoint: .chatCompletions,
            call: CallKey(named: "call \(call)", by: .header), inputTokens: tokens)
    }

    private func engine(_ plan: LatencyPlan, seed: UInt64 = 7) -> Engine {
        Engine(
            scenario: Scenario(
                name: "t", seed: seed,
                rules: [Rule(name: "slow", action: .effect(Effect(latency: plan)))]))
    }

    /// A distribution, and the milliseconds below which a share of its draws falls.
    struct Law: Sendable, CustomTestStringConvertible {
        var name: String
        var latency: Latency
        var quantiles: [(share: Double, milliseconds: Double)]

        var testDescription: String { name }
    }

    static let laws = [
        Law(
            name: "uniform",
            latency: .uniform(.milliseconds(200), .milliseconds(900)),
            quantiles: [(0.1, 270), (0.5, 550), (0.9, 830), (0.99, 893)]),
        // The standard normal distribution's: -1.281552, 0, 1.281552, 2.326348.
        Law(
            name: "normal",
            latency: .normal(mean: .milliseconds(400), deviation: .milliseconds(80)),
            quantiles: [(0.1, 297.476), (0.5, 400), (0.9, 502.524), (0.99, 586.108)]),
        Law(
            name: "lognormal",
            latency: .logNormal(median: .milliseconds(400), p99: .seconds(3)),
            quantiles: [(0.1, 131.814), (0.5, 400), (0.9, 1213.837), (0.99, 3000)]),
        // 200 ms / (1 - share) ^ (1 / 1.5).
        Law(
            name: "pareto", latency: .pareto(minimum: .milliseconds(200), shape: 1.5),
            quantiles: [(0.1, 214.554), (0.5, 317.480), (0.9, 928.318), (0.99, 4308.869)]),
        Law(
            name: "quantiles",
            latency: .quantiles([
                .init(percent: 50, value: .milliseconds(300)),
                .init(percent: 90, value: .milliseconds(900)),
                .init(percent: 99, value: .seconds(4)),
            ]),
            quantiles: [(0.5, 300.001), (0.7, 600), (0.9, 900), (0.99, 3999.999)]),
    ]

    /// Of so many draws, those below a quantile are its share to within five standard deviations.
    @Test(arguments: laws)
    func theMeasuredQuantilesAreTheWrittenOnes(_ law: Law) {
        let engine = engine(LatencyPlan(beforeHeaders: law.latency))
        let waits = (0..<Self.calls).map { call in
            engine.decide(facts(call), at: .zero).beforeHeaders.inMicroseconds / 1000
        }
        let count = Double(Self.calls)
        for (share, bound) in law.quantiles {
            let below = Double(waits.count { $0 <= bound })
            let deviation = (count * share * (1 - share)).squareRoot()
            #expect(
                abs(below - count * share) <= 5 * deviation,
                "\(below / count) of \(law.name) is at most \(bound) ms, not \(share)")
        }
    }

    @Test func drawsAreOfTheAttemptAndTheSameInEveryRun() {
        let plan = LatencyPlan(
            beforeHeaders: .uniform(.zero, .seconds(1)), whole: .uniform(.seconds(2), .seconds(3)),
            perInputToken: .uniform(.zero, .milliseconds(1)))
        func waits() -> [[Duration]] {
            let engine = engine(plan)
            return (0..<6).map { index in
                // Three attempts of each of two calls, in turn.
                let decision = engine.decide(facts(index % 2, tokens: 1000), at: .zero)
                return [decision.beforeHeaders, decision.whole ?? .zero, decision.load]
            }
        }
        let first = waits()
        #expect(first == waits())
        for column in 0..<3 {
            let values = Set(first.map { $0[column] })
            #expect(values.count == 6, "no two attempts wait alike")
        }
    }

    @Test func thePromptCountsByItsTokens() {
        let engine = engine(LatencyPlan(perInputToken: .constant(.microseconds(200))))
        #expect(engine.decide(facts(1, tokens: 0), at: .zero).load == .zero)
        #expect(engine.decide(facts(1, tokens: 1), at: .zero).load == .microseconds(200))
        #expect(engine.decide(facts(1, tokens: 2500), at: .zero).load == .milliseconds(500))
    }

    @Test func eachOtherRequestInFlightCounts() {
        let engine = engine(LatencyPlan(perRequestInFlight: .constant(.milliseconds(15))))
        let first = engine.decide(facts(1), at: .zero)
        let second = engine.decide(facts(2), at: .zero)
        let third = engine.decide(facts(3), at: .zero)
        let loads = [first, second, third].map(\.load)
        #expect(loads == [.zero, .milliseconds(15), .milliseconds(30)])
        engine.release(second)
        engine.release(first)
        #expect(engine.decide(facts(4), at: .zero).load == .milliseconds(15))
    }

    @Test func noWaitIsLongerThanTheLongest() {
        let hour = LatencyPlan(
            beforeHeaders: .constant(.seconds(3000)), perInputToken: .constant(.seconds(3000)))
        var rules = ["a", "b"].map {
            Rule(name: $0, also: true, action: .effect(Effect(latency: hour)))
        }
        rules.append(
            Rule(
                name: "c",
                action: .effect(
                    Effect(latency: LatencyPlan(whole: .constant(.seconds(1_000_000)))))))
        let engine = Engine(scenario: Scenario(name: "t", rules: rules))
        let decision = engine.decide(facts(1, tokens: 1_000_000), at: .zero)
        #expect(decision.beforeHeaders == Latency.longest)
        #expect(decision.load == Latency.longest)
        #expect(decision.whole == Latency.longest)
    }

    /// Either one time for all tokens, or what each of them takes: what a rule said first.
    @Test func oneTimeForAllTokensExcludesTimesOfEach() {
        let whole = Rule(
            name: "whole", also: true,
            action: .effect(Effect(latency: LatencyPlan(whole: .constant(.seconds(2))))))
        let each = Rule(
            name: "each", also: true,
            action: .effect(Effect(latency: LatencyPlan(firstToken: .constant(.seconds(1))))))
        let first = Engine(scenario: Scenario(name: "t", rules: [whole, each]))
            .decide(facts(1), at: .zero)
        #expect(first.whole == .seconds(2))
        #expect(first.firstToken == .zero)
        let second = Engine(scenario: Scenario(name: "t", rules: [each, whole]))
            .decide(facts(1), at: .zero)
        #expect(second.whole == nil)
        #expect(second.firstToken == .seconds(1))
    }

    @Test func aRuleThatCountsRequestsInFlightDependsOnTheOrderOfArrival() {
        let plan = LatencyPlan(perRequestInFlight: .constant(.milliseconds(15)))
        let effect = Effect(latency: plan)
        let branch = RuleAction.Branch(chance: .always, effect: effect)
        let actions = [
            RuleAction.effect(effect), .oneOf([branch]),
            .sequence(RuleSequence(order: .attempt, steps: [.ok], then: effect)),
        ]
        for action in actions { #expect(Rule(name: "r", action: action).determinism == .ordered) }
        #expect(Rule(name: "r", action: .effect(.ok)).determinism == .pure)
    }
}
