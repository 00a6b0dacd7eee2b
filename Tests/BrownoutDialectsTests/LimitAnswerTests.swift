import BrownoutDialects
import BrownoutEngine
import BrownoutJSON
import BrownoutTesting
import BrownoutWire
import Testing

/// What each provider says of a scenario's limits: on answers that went well, and on refusals.
@Suite struct LimitAnswerTests {
    private static let standing = LimitStatus(
        requests: LimitGauge(limit: 60, remaining: 9, reset: .seconds(1)),
        inputTokens: LimitGauge(limit: 30_000, remaining: 29_986, reset: .milliseconds(28)),
        outputTokens: LimitGauge(limit: 10_000, remaining: 9_993, reset: .milliseconds(42)))

    private func context(
        _ limits: LimitStatus = standing, fraction: Duration = .zero
    ) -> AnswerContext {
        var context = Samples.context
        context.limits = limits
        context.fraction = fraction
        return context
    }

    private func hit(
        _ dimension: Limit.Dimension, _ limit: Int, per period: Duration? = .seconds(60),
        used: Int? = nil, requested: Int = 1, wait: LimitHit.Wait = .exact(.milliseconds(850))
    ) -> LimitHit {
        LimitHit(
            dimension: dimension, rate: period.flatMap { LimitRate(limit, per: $0) },
            limit: limit, used: used ?? limit, requested: requested, wait: wait)
    }

    private func refusal(_ hit: LimitHit, _ retryAfter: RetryAfter? = nil) -> CauseFault {
        CauseFault(
            .rateLimited, retryAfter: retryAfter, countsTokens: hit.dimension.countsTokens,
            limit: hit)
    }

    private func message(_ hit: LimitHit, _ dialect: DialectName) throws -> String {
        let answer = Dialects.error(
            refusal(hit), for: Samples.request(dialect), context: context())
        return try #require(try answer.json()["error"]?["message"]?.stringValue)
    }

    @Test(arguments: DialectName.allCases)
    func everyAnswerShowsHowTheLimitsStand(dialect: DialectName) {
        let request = Samples.request(dialect)
        let plain = Dialects.answer(request, reply: Samples.hello, context: context())
        Golden.check(plain.transcript, "limits-answer-\(dialect).http")
        let stream = Dialects.answer(
            Samples.request(dialect, [("stream", true)]), reply: Samples.hello, context: context())
        let error = Dialects.error(CauseFault(.serverError), for: request, context: context())
        for name in plain.head.fields.fields.map(\.name) where name.contains("ratelimit") {
            #expect(plain.field(name) != nil)
            #expect(stream.field(name) == plain.field(name))
            #expect(error.field(name) == plain.field(name))
        }
    }

    @Test(arguments: DialectName.allCases)
    func aRefusalIsTheProvidersWithTheLimitsNumbers(dialect: DialectName) {
        var limits = Self.standing
        limits.requests = LimitGauge(limit: 60, remaining: 0, reset: .milliseconds(9_850))
        let answer = Dialects.error(
            refusal(hit(.requests, 60)), for: Samples.request(dialect), context: context(limits))
        Golden.check(answer.transcript, "limits-refusal-\(dialect).http")
    }

    @Test func openAINamesTheWindow() throws {
        let windows: [(Limit.Dimension, Duration?, String)] = [
            (.requests, .seconds(60), "requests per min (RPM)"),
            (.requests, .seconds(86_400), "requests per day (RPD)"),
            (.inputTokens, .seconds(60), "tokens per min (TPM)"),
            (.outputTokens, .seconds(86_400), "tokens per day (TPD)"),
            (.requests, .seconds(30), "requests per 30s"),
            (.concurrent, nil, "concurrent requests"),
        ]
        for (dimension, period, words) in windows {
            let text = try message(
                hit(dimension, 100, per: period, used: 80, requested: 40), .openai)
            #expect(
                text
                    == "Rate limit reached for gpt-4o-mini in organization org-brownout on \(words)"
                    + ": Limit 100, Used 80, Requested 40. Please try again in 850ms. Visit "
                    + "https://platform.openai.com/account/rate-limits to learn more.")
        }
    }

    @Test func aRequestThatCanNeverPassIsTooLarge() throws {
        let hit = hit(.inputTokens, 10_000, requested: 12_000, wait: .never)
        #expect(
            try message(hit, .openai)
                == "Request too large for gpt-4o-mini in organization org-brownout on tokens per "
                + "min (TPM): Limit 10000, Requested 12000. The input or output tokens must be "
                + "reduced in order to run successfully. Visit "
                + "https://platform.openai.com/account/rate-limits to learn more.")
        let answer = Dialects.error(
            refusal(hit, .absent), for: Samples.request(.openai), context: context())
        #expect(answer.head.status == 429)
        #expect(answer.field("retry-after") == nil)
        #expect(answer.field("retry-after-ms") == nil)
    }

    @Test func anthropicNamesTheLimit() throws {
        let limits: [(LimitHit, String)] = [
            (hit(.inputTokens, 30_000), "30,000 input tokens per minute"),
            (hit(.outputTokens, 8_000), "8,000 output tokens per minute"),
            (hit(.requests, 50), "50 requests per minute"),
            (hit(.requests, 1_000, per: .seconds(86_400)), "1,000 requests per day"),
        ]
        for (hit, words) in limits {
            let text = try message(hit, .anthropic)
            #expect(
                text.hasPrefix(
                    "This request would exceed your organization's rate limit of \(words). For "))
        }
        let slots = try message(
            hit(.concurrent, 5, per: nil, wait: .suggested(.seconds(1))), .anthropic)
        #expect(slots.hasPrefix("Number of concurrent connections has exceeded your rate limit. "))
    }

    @Test(arguments: [
        (nil as RetryAfter?, ["retry-after": "1", "retry-after-ms": "850"]),
        (.milliseconds(.milliseconds(850)), ["retry-after-ms": "850"]),
        (.httpDate(.milliseconds(850)), ["retry-after": "Thu, 01 Jan 2026 00:00:02 GMT"]),
        (.seconds(.seconds(30)), ["retry-after": "30"]), (.absent, [:]),
        (.absurd, ["retry-after": "31536000"]),
    ])
    func retryAfterIsTheExactTimeOrWhatTheScenarioSays(
        _ retryAfter: RetryAfter?, _ expected: [String: String]
    ) throws {
        let answer = Dialects.error(
            refusal(hit(.requests, 60), retryAfter), for: Samples.request(.openai),
            context: context(fraction: .milliseconds(600)))
        for name in ["retry-after", "retry-after-ms"] {
            #expect(answer.field(name) == expected[name])
        }
        // The text keeps to the truth.
        let text = try #require(try answer.json()["error"]?["message"]?.stringValue)
        #expect(text.contains("Please try again in 850ms."))
    }

    @Test func aResetHasComeWhenItsSecondHas() {
        let limits = LimitStatus(
            requests: LimitGauge(limit: 60, remaining: 0, reset: .milliseconds(500)))
        func reset(_ fraction: Int) -> String? {
            Dialects.answer(
                Samples.request(.anthropic), reply: Samples.hello,
                context: context(limits, fraction: .milliseconds(fraction))
            ).field("anthropic-ratelimit-requests-reset")
        }
        #expect(reset(0) == "2026-01-01T00:00:01Z")
        #expect(reset(500) == "2026-01-01T00:00:01Z")
        #expect(reset(501) == "2026-01-01T00:00:02Z")
    }

    @Test func tokensAreTheTighterOfTheTwoKinds() {
        var limits = Self.standing
        #expect(limits.tokens?.limit == 10_000)
        limits.inputTokens?.remaining = 12
        #expect(limits.tokens?.limit == 30_000)
        limits.outputTokens = nil
        #expect(limits.tokens?.limit == 30_000)
    }

    @Test func whatARuleSaysWasHitHasNothingLeftOfTheLimit() throws {
        let answer = Dialects.error(
            CauseFault(.rateLimited, retryAfter: .seconds(.seconds(5))),
            for: Samples.request(.openai), context: context())
        #expect(answer.field("x-ratelimit-limit-requests") == "60")
        #expect(answer.field("x-ratelimit-remaining-requests") == "0")
        #expect(answer.field("x-ratelimit-reset-requests") == "5s")
        #expect(answer.field("x-ratelimit-remaining-tokens") == "9993")
        let text = try #require(try answer.json()["error"]?["message"]?.stringValue)
        #expect(text.contains("Limit 60, Used 60, Requested 1. Please try again in 5s."))
    }
}
