import BrownoutEngine
import Testing

/// Random limits under random arrivals, held against a model that keeps all of the past and
/// counts it anew for every question.
@Suite struct LimitPropertyTests {
    @Test(arguments: 1...60)
    func everyDecisionIsTheModels(seed: Int) throws {
        var dice = TestDice(UInt64(seed))
        let began = Int64(dice.below(1_000_000_000))
        let limits = try (0..<(1 + dice.below(3))).map { try limit("limit \($0)", &dice) }
        let engine = Engine(scenario: .healthy)
        engine.replace(Scenario(name: "t", limits: limits), at: .nanoseconds(began))
        var models = limits.map { Model($0, began: began) }
        var inProgress: [(decision: Decision, key: String)] = []
        var now = began
        for step in 0..<300 {
            now += pause(limits, &dice)
            if !inProgress.isEmpty, dice.below(2) == 0 {
                let over = inProgress.remove(at: dice.below(inProgress.count))
                engine.release(over.decision)
                for index in models.indices { models[index].release(over.key) }
            }
            let request = Model.Request(
                key: "sk-\(dice.below(3))", tokens: dice.below(4) * dice.below(40))
            let place: Comment = "seed \(seed), step \(step)"
            let decision = engine.decide(
                chatFacts("\(step)", key: request.key, tokens: request.tokens),
                at: .nanoseconds(now))
            let admits = models.allSatisfy { $0.admits(request, at: now) }
            #expect((decision.fault == nil) == admits, place)
            guard admits else {
                check(decision, request, models, at: now, place)
                continue
            }
            let output = dice.below(60)
            for index in models.indices { models[index].charge(request, output: output, at: now) }
            inProgress.append((decision, request.key))
            let standing = engine.charge(
                outputTokens: output, of: decision, at: .nanoseconds(now))
            check(try #require(standing), request, models, at: now, place)
        }
    }

    /// A refusal says the exact time, neither a nanosecond early nor late.
    private func check(
        _ decision: Decision, _ request: Model.Request, _ models: [Model], at now: Int64,
        _ place: Comment
    ) {
        switch decision.hit?.wait {
        case nil: #expect(Bool(false), place)
        case .never?:
            #expect(!models.allSatisfy { $0.admits(request, at: now + 1_000_000_000_000) }, place)
        case .suggested(let delay)?: #expect(delay == .seconds(1), place)
        case .exact(let delay)?:
            let then = now + delay.inNanoseconds
            let timed = models.map { $0.withoutSlots }
            #expect(timed.allSatisfy { $0.admits(request, at: then) }, place)
            #expect(!timed.allSatisfy { $0.admits(request, at: then - 1) }, place)
        }
    }

    /// Headers say what is left and when all of it is.
    private func check(
        _ standing: LimitStatus, _ request: Model.Request, _ models: [Model], at now: Int64,
        _ place: Comment
    ) {
        let gauges: [(Limit.Dimension, LimitGauge?)] = [
            (.requests, standing.requests), (.inputTokens, standing.inputTokens),
            (.outputTokens, standing.outputTokens),
        ]
        for (dimension, gauge) in gauges {
            let meters = models.compactMap { $0.meter(dimension, request.key) }
            #expect(gauge?.remaining == meters.map { $0.left(at: now) }.min(), place)
            guard let gauge else { continue }
            let whole = now + gauge.reset.inNanoseconds
            let tightest = meters.filter { $0.left(at: now) == gauge.remaining }
            #expect(tightest.contains { $0.isWhole(at: whole) }, place)
            #expect(tightest.contains { gauge.reset == .zero || !$0.isWhole(at: whole - 1) }, place)
        }
    }

    private func limit(_ name: String, _ dice: inout TestDice) throws -> Limit {
        let periods = [1.0, 60, 0.3, 7]
        let algorithm = Limit.Algorithm.allCases[dice.below(3)]
        var quotas: [Limit.Quota] = []
        for (dimension, most) in [
            (Limit.Dimension.requests, 20), (.inputTokens, 200), (.outputTokens, 300),
        ] where dice.below(3) > 0 {
            let burst = dice.below(2) == 0 ? nil : 1 + dice.below(most)
            quotas.append(
                try quota(
                    dimension, 1 + dice.below(most), per: periods[dice.below(4)],
                    burst: algorithm == .tokenBucket ? burst : nil))
        }
        let slots = dice.below(3) == 0 || quotas.isEmpty ? 1 + dice.below(4) : nil
        return Limit(
            name: name, per: dice.below(2) == 0 ? [] : [.key], quotas: quotas, concurrent: slots,
            algorithm: algorithm)
    }

    /// Often none, often a part of a period, sometimes to its very end.
    private func pause(_ limits: [Limit], _ dice: inout TestDice) -> Int64 {
        let quotas = limits.flatMap(\.quotas)
        guard !quotas.isEmpty, dice.below(3) > 0 else { return 0 }
        let rate = quotas[dice.below(quotas.count)].rate
        switch dice.below(8) {
        case 0: return rate.period
        case 1: return rate.period / Int64(rate.amount)
        default: return rate.period / 1000 * Int64(dice.below(200)) + Int64(dice.below(3))
        }
    }

    @Test(arguments: 1...20)
    func aSlidingWindowNeverLetsMoreThroughInAnyStretchOfItsLength(seed: Int) throws {
        var dice = TestDice(UInt64(seed))
        let amount = 300 + dice.below(1000)
        let engine = engine(
            Limit(name: "l", quotas: [try quota(amount)], algorithm: .slidingWindow))
        var passed: [Int64] = []
        var now: Int64 = 0
        for step in 0..<4_000 {
            now +=
                dice.below(10) == 0
                ? Int64(dice.below(2_000_000_000)) : Int64(dice.below(50_000_000))
            let decision = engine.decide(chatFacts("\(step)"), at: .nanoseconds(now))
            if let delay = decision.delay {
                // However many there are, the time that is said is the time at which one passes.
                now += delay.inNanoseconds
                let again = engine.decide(chatFacts("\(step)"), at: .nanoseconds(now))
                #expect(again.rule == nil, "seed \(seed), step \(step)")
            }
            passed.append(now)
            let within = passed.suffix(amount + 1)
            if within.count > amount, let first = within.first {
                #expect(now - first >= 60_000_000_000, "seed \(seed), step \(step)")
                // And no place comes back late by more than a 64th of the period.
                #expect(decision.delay == nil || now - first <= 60_937_500_000)
            }
        }
    }
}

/// One limit by the book: a list of everything that was ever let through.
private struct Model {
    struct Request {
        var key: String
        var tokens: Int
    }

    struct Meter {
        var quota: Limit.Quota
        var algorithm: Limit.Algorithm
        var began: Int64
        var past: [(time: Int64, amount: Int)] = []

        private var period: Int64 { quota.rate.period }

        func left(at now: Int64) -> Int {
            switch algorithm {
            case .slidingWindow:
                return max(quota.capacity - used { $0 > now - period && $0 <= now }, 0)
            case .fixedWindow:
                let window = (now - began) / period
                return max(quota.capacity - used { ($0 - began) / period == window }, 0)
            case .tokenBucket:
                return Int(max(level(at: now), 0) / Int128(period))
            }
        }

        func isWhole(at now: Int64) -> Bool {
            switch algorithm {
            case .tokenBucket: level(at: now) == full
            case .slidingWindow: used { $0 > now - period && $0 <= now } == 0
            case .fixedWindow: used { ($0 - began) / period == (now - began) / period } == 0
            }
        }

        private func used(_ isIn: (Int64) -> Bool) -> Int {
            past.reduce(0) { $0 + (isIn($1.time) ? $1.amount : 0) }
        }

        private var full: Int128 { Int128(quota.capacity) * Int128(period) }

        /// What the bucket holds, in units of which each token is a period: it gains the rate's
        /// amount each nanosecond, up to its burst.
        private func level(at now: Int64) -> Int128 {
            var level = full
            var time = began
            for (then, amount) in past {
                level = min(full, level + Int128(then - time) * Int128(quota.rate.amount))
                level -= Int128(amount) * Int128(period)
                time = then
            }
            return min(full, level + Int128(now - time) * Int128(quota.rate.amount))
        }
    }

    let limit: Limit
    let began: Int64
    var meters: [String: [Meter]] = [:]
    var slots: [String: Int] = [:]
    var hasSlots: Bool

    init(_ limit: Limit, began: Int64) {
        self.limit = limit
        self.began = began
        hasSlots = limit.concurrent != nil
    }

    var withoutSlots: Model {
        var copy = self
        copy.hasSlots = false
        return copy
    }

    private func bucket(_ key: String) -> String { limit.per.isEmpty ? "all" : key }

    private func meters(_ key: String) -> [Meter] {
        meters[bucket(key)]
            ?? limit.quotas.map { Meter(quota: $0, algorithm: limit.algorithm, began: began) }
    }

    func meter(_ dimension: Limit.Dimension, _ key: String) -> Meter? {
        meters(key).first { $0.quota.dimension == dimension }
    }

    func admits(_ request: Request, at now: Int64) -> Bool {
        if hasSlots, let most = limit.concurrent, slots[bucket(request.key), default: 0] >= most {
            return false
        }
        return meters(request.key).allSatisfy { meter in
            let need: Int =
                switch meter.quota.dimension {
                case .requests, .outputTokens: 1
                case .inputTokens: request.tokens
                case .concurrent: 0
                }
            return need == 0 || meter.left(at: now) >= need
        }
    }

    mutating func charge(_ request: Request, output: Int, at now: Int64) {
        var meters = meters(request.key)
        for index in meters.indices {
            let amount: Int =
                switch meters[index].quota.dimension {
                case .requests: 1
                case .inputTokens: request.tokens
                case .outputTokens: output
                case .concurrent: 0
                }
            if amount > 0 { meters[index].past.append((now, amount)) }
        }
        self.meters[bucket(request.key)] = meters
        slots[bucket(request.key), default: 0] += 1
    }

    mutating func release(_ key: String) {
        slots[bucket(key), default: 0] -= 1
    }
}
