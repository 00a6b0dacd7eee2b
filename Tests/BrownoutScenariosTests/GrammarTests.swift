import BrownoutEngine
import BrownoutScenarios
import BrownoutYAML
import Testing

/// Every form of every grammar becomes the value it says.
@Suite struct GrammarTests {
    @Test(arguments: [
        ("250ms", Duration.milliseconds(250)), ("1.5s", .milliseconds(1500)),
        ("2m", .seconds(120)), ("1h", .seconds(3600)), ("7us", .microseconds(7)),
        ("0s", .zero), ("0.25us", .nanoseconds(250)), ("00010ms", .milliseconds(10)),
        ("1.50s", .milliseconds(1500)), ("250 ms", .milliseconds(250)),
    ])
    func aDurationIsExact(_ text: String, _ expected: Duration) throws {
        let effect = try effect("latency: \(text)")
        #expect(effect.latency?.beforeHeaders == .constant(expected))
    }

    @Test(
        arguments: [
            ("30%", 3, 10), ("12.5%", 1, 8), ("1/3", 1, 3), ("0.3", 3, 10), ("0", 0, 1),
            ("1", 1, 1), ("100%", 1, 1), ("0%", 0, 1), ("1.0", 1, 1), ("2/4", 1, 2),
            ("0.000000000000001", 1, 1_000_000_000_000_000), ("33.333%", 33333, 100_000),
        ] as [(String, UInt64, UInt64)])
    func aChanceIsAnExactRatio(_ text: String, _ top: UInt64, _ bottom: UInt64) throws {
        let rule = try rule("chance: \(text)\nfault: overloaded")
        #expect(rule.chance == Chance(top, outOf: bottom))
    }

    @Test(arguments: [
        ("200ms..900ms", Latency.uniform(.milliseconds(200), .milliseconds(900))),
        ("200ms .. 900ms", .uniform(.milliseconds(200), .milliseconds(900))),
        (
            "normal(400ms, 80ms)",
            .normal(mean: .milliseconds(400), deviation: .milliseconds(80))
        ),
        (
            "lognormal(median 400ms, p99 3s)",
            .logNormal(median: .milliseconds(400), p99: .seconds(3))
        ),
        (
            "lognormal(p99 3s, median 400ms)",
            .logNormal(median: .milliseconds(400), p99: .seconds(3))
        ),
        ("pareto(min 200ms, shape 1.5)", .pareto(minimum: .milliseconds(200), shape: 1.5)),
        (
            "quantiles(p50 300ms, p99.9 4s)",
            .quantiles([
                .init(percent: 50, value: .milliseconds(300)),
                .init(percent: 99.9, value: .seconds(4)),
            ])
        ),
    ])
    func aLatencyIsItsDistribution(_ text: String, _ expected: Latency) throws {
        let effect = try effect("latency: {first-token: '\(text)'}")
        #expect(effect.latency == LatencyPlan(firstToken: expected))
    }

    @Test(arguments: [
        ("start", Position.start), ("headers", .headers), ("byte 120", .byte(120)),
        ("event 0", .event(0)), ("event 3", .event(3)), ("token 5", .token(5)),
        ("terminal", .terminal), ("1.5s", .elapsed(.milliseconds(1500))),
    ])
    func aPositionIsItsPlace(_ text: String, _ expected: Position) throws {
        let effect = try effect("fault: {cut: reset, at: \(text)}")
        #expect(effect.fault == .cut(.reset, at: expected))
    }

    @Test func aPercentageIsAPositionToo() throws {
        let half = try #require(Chance(1, outOf: 2))
        #expect(
            try effect("fault: {stall: 20s, at: 50%}").fault
                == .stall(.seconds(20), at: .percent(half)))
    }

    @Test(
        arguments: [
            ("2", [(2, 2)]), ("1-3", [(1, 3)]), ("3+", [(3, nil)]),
            ("[1, 3-4, 9+]", [(1, 1), (3, 4), (9, nil)]),
            ("1 - 3", [(1, 3)]),
        ] as [(String, [(Int, Int?)])])
    func aCountIsARange(_ text: String, _ ranges: [(Int, Int?)]) throws {
        let expected = ranges.compactMap { CountRange($0.0, through: $0.1) }
        let rule = try rule("attempts: \(text)\ncalls: \(text)\nfault: overloaded")
        #expect(rule.attempts == expected)
        #expect(rule.calls == expected)
    }

    @Test(
        arguments: [
            ("10s..40s", 10, 40), ("10s-40s", 10, 40), ("30s+", 30, nil), ("0s..1m", 0, 60),
        ] as [(String, Int, Int?)])
    func aStretchOfTimeHasItsEnds(_ text: String, _ from: Int, _ to: Int?) throws {
        let rule = try rule("during: \(text)\nfault: overloaded")
        #expect(
            rule.during
                == TimeRange(from: .seconds(from), to: to.map { Duration.seconds($0) }))
    }

    @Test(arguments: [
        ("2s", RetryAfter.seconds(.seconds(2))), ("absent", .absent), ("absurd", .absurd),
        ("garbage", .garbage), ("{ms: 250ms}", .milliseconds(.milliseconds(250))),
        ("{http-date: 3s}", .httpDate(.seconds(3))), ("16d", .seconds(.seconds(1_382_400))),
        ("{ms: 90000000ms}", .milliseconds(.seconds(90_000))),
        ("{http-date: 36500d}", .httpDate(.seconds(3_153_600_000))),
    ])
    func aRetryAfterHasItsForm(_ text: String, _ expected: RetryAfter) throws {
        let effect = try effect("fault: {cause: rate-limited, retry-after: \(text)}")
        #expect(effect.fault == .error(CauseFault(.rateLimited, retryAfter: expected)))
    }

    @Test(arguments: [
        (Duration.milliseconds(1500), "1.5s"), (.seconds(90), "90s"), (.seconds(120), "2m"),
        (.nanoseconds(1_250), "1.25us"), (.nanoseconds(250), "0.25us"), (.seconds(7200), "2h"),
        (.milliseconds(250), "250ms"), (.microseconds(1_234_500), "1234.5ms"),
        (.microseconds(20), "20us"),
    ])
    func aDurationIsWrittenSoThatItReadsBack(_ value: Duration, _ text: String) throws {
        #expect(value.written == text)
        let effect = try effect("fault: {stall: \(text), at: start}")
        #expect(effect.fault == .stall(value, at: .start))
    }

    @Test(arguments: [
        ("12.5%", "12.5%"), ("1/3", "1/3"), ("0.3", "30%"), ("1", "100%"), ("0.001%", "0.001%"),
    ])
    func aChanceIsWrittenAsAShortPercentageOrAFraction(_ text: String, _ expected: String) throws {
        #expect(try rule("chance: \(text)\nfault: overloaded").chance.written == expected)
    }
}
