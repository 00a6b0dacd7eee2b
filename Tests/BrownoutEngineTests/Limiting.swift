import BrownoutEngine
import Testing

/// Facts of a chat request, as far as limits look at them.
func chatFacts(
    _ call: String = "x", key: String = "sk-a", model: String = "gpt-4o", client: String? = nil,
    session: String = "default", tokens: Int = 0
) -> RequestFacts {
    RequestFacts(
        provider: "openai", dialect: .openai, endpoint: .chatCompletions, model: model,
        session: session, call: CallKey(named: call, by: .header), credential: key,
        client: client.flatMap { NetworkAddress($0) }, inputTokens: tokens)
}

/// A quota of so many requests in so many seconds.
func quota(_ amount: Int, per seconds: Double = 60, burst: Int? = nil) throws -> Limit.Quota {
    try quota(.requests, amount, per: seconds, burst: burst)
}

func quota(
    _ dimension: Limit.Dimension, _ amount: Int, per seconds: Double = 60,
    burst: Int? = nil
) throws -> Limit.Quota {
    Limit.Quota(
        dimension, try #require(LimitRate(amount, per: .nanoseconds(Int64(seconds * 1e9)))),
        burst: burst)
}

func engine(_ limits: Limit..., rules: [Rule] = []) -> Engine {
    Engine(scenario: Scenario(name: "t", limits: limits, rules: rules))
}

extension Decision {
    /// The limit that refused the request, in numbers.
    var hit: LimitHit? {
        guard case .error(let fault)? = fault else { return nil }
        return fault.limit
    }

    /// How long until the request passes; nil where it was not refused, or nothing helps.
    var delay: Duration? { hit?.delay }
}

/// A generator for tests: the same numbers from the same seed, on every machine.
struct TestDice: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) {
        state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    }

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state &* 0x2545_F491_4F6C_DD1D
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
}
