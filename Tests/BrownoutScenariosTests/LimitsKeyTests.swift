import BrownoutEngine
import BrownoutScenarios
import BrownoutYAML
import Testing

/// What a limit's keys become.
@Suite struct LimitsKeyTests {
    private func limit(
        _ keys: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> Limit {
        let loaded = try load(
            "scenario: x\nlimits: [{name: a, \(keys)}]", sourceLocation: sourceLocation)
        return try #require(loaded.scenario.limits.first, sourceLocation: sourceLocation)
    }

    @Test(
        arguments: [
            ("60/min", 60, 60), ("60/m", 60, 60), ("60/minute", 60, 60), ("5/s", 5, 1),
            ("5/sec", 5, 1), ("5/second", 5, 1), ("7/h", 7, 3600), ("7/hour", 7, 3600),
            ("9/day", 9, 86_400), ("9/d", 9, 86_400), ("10/30s", 10, 30), ("3 / 2m", 3, 120),
            ("1/0.5s", 1, 0.5),
        ] as [(String, Int, Double)])
    func aRateIsSoManyInATime(_ text: String, _ amount: Int, _ seconds: Double) throws {
        let quota = try #require(try limit("requests: \(text)").quotas.first)
        #expect(quota.rate.amount == amount)
        #expect(quota.rate.period == Int64(seconds * 1e9))
        #expect(quota.capacity == amount)
    }

    @Test func everyKeyOfALimitIsTaken() throws {
        let loaded = try load(
            """
            scenario: x
            limits:
              - name: tier one
                when: {provider: openai}
                per: [model, key]
                requests: 60/min
                input-tokens: 30000/min
                output-tokens: 10000/min
                concurrent: 5
                burst: {requests: 10, output-tokens: 500}
                algorithm: token-bucket
                retry-after: 30s
                refuse-with: {status: 503, headers: {x-reason: tier}, body: {error: later}}
            """)
        let limit = try #require(loaded.scenario.limits.first)
        #expect(limit.name == "tier one")
        #expect(limit.when.provider.map(\.text) == ["openai"])
        #expect(limit.per == [.key, .model])
        #expect(limit.quotas.map(\.dimension) == [.requests, .inputTokens, .outputTokens])
        #expect(limit.quotas.map(\.capacity) == [10, 30_000, 500])
        #expect(limit.concurrent == 5)
        #expect(limit.retryAfter == .said(.seconds(.seconds(30))))
        guard case .error(let fault)? = limit.refusal else { return #expect(Bool(false)) }
        #expect(fault.cause == .unavailable)
        #expect(fault.override?.status == 503)
        #expect(loaded.limitSpans.map(\.start.line) == [3])
    }

    @Test(arguments: [
        ("exact", Limit.Promise.exact), ("ms", .milliseconds), ("http-date", .httpDate),
        ("30s", .said(.seconds(.seconds(30)))), ("absent", .said(.absent)),
        ("absurd", .said(.absurd)), ("garbage", .said(.garbage)),
        ("{ms: exact}", .milliseconds), ("{http-date: exact}", .httpDate),
        ("{ms: 250ms}", .said(.milliseconds(.milliseconds(250)))),
        ("{http-date: 3s}", .said(.httpDate(.seconds(3)))),
        ("3d", .said(.seconds(.seconds(259_200)))),
    ])
    func aRetryAfterIsExactOrWhatIsWritten(_ text: String, _ promise: Limit.Promise) throws {
        #expect(try limit("requests: 60/min, retry-after: \(text)").retryAfter == promise)
    }

    @Test func theOrderInWhichPartsAreNamedIsNothing() throws {
        let one = try limit("requests: 60/min, per: [key, model]")
        let other = try limit("requests: 60/m, per: [model, key], retry-after: absent")
        #expect(one.word == other.word)
        #expect(try limit("requests: 61/min, per: [key, model]").word != one.word)
    }

    @Test func aResetIsARefusalToo() throws {
        let limit = try limit("concurrent: 1, refuse-with: reset")
        #expect(limit.refusal == .cut(.reset, at: .start))
        #expect(limit.determinism == .ordered)
    }
}
