import BrownoutEngine
import Testing

@Suite struct LatencyTests {
    /// The draw at a share of all draws.
    private func draw(_ share: Double) -> UInt64 {
        UInt64(share * 18_446_744_073_709_549_568)
    }

    @Test func aUniformLatencyRunsFromLowToHigh() {
        let latency = Latency.uniform(.milliseconds(200), .milliseconds(900))
        #expect(latency.duration(at: 0) == .milliseconds(200))
        #expect(latency.duration(at: .max) == .milliseconds(900))
        #expect(latency.duration(at: draw(0.5)) == .milliseconds(550))
    }

    @Test func aLogNormalLatencyHasItsMedianAndItsP99() {
        let latency = Latency.logNormal(median: .milliseconds(400), p99: .seconds(3))
        #expect(abs(latency.duration(at: draw(0.5)).inMicroseconds - 400_000) <= 1)
        #expect(abs(latency.duration(at: draw(0.99)).inMicroseconds - 3_000_000) <= 3)
    }

    @Test func aNormalLatencyIsNeverNegative() {
        let latency = Latency.normal(mean: .milliseconds(400), deviation: .milliseconds(80))
        #expect(abs(latency.duration(at: draw(0.5)).inMicroseconds - 400_000) <= 1)
        #expect(abs(latency.duration(at: draw(0.841_344_746)).inMicroseconds - 480_000) <= 2)
        let wide = Latency.normal(mean: .milliseconds(10), deviation: .seconds(10))
        #expect(wide.duration(at: 0) == .zero)
    }

    @Test func aParetoLatencyBeginsAtItsMinimumAndEndsAtTheLimit() {
        let latency = Latency.pareto(minimum: .milliseconds(200), shape: 1)
        #expect(latency.duration(at: 0) == .milliseconds(200))
        #expect(abs(latency.duration(at: draw(0.5)).inMicroseconds - 400_000) <= 1)
        #expect(latency.duration(at: .max) == Latency.longest)
    }

    @Test func quantilesAreMetAndJoinedByLines() {
        let latency = Latency.quantiles([
            .init(percent: 50, value: .milliseconds(300)),
            .init(percent: 90, value: .milliseconds(900)),
        ])
        #expect(latency.duration(at: draw(0.1)) == .milliseconds(300))
        #expect(latency.duration(at: draw(0.7)) == .milliseconds(600))
        #expect(latency.duration(at: draw(0.99)) == .milliseconds(900))
    }

    /// Golden: other machines must give these to the microsecond.
    @Test func durationsAreTheSameEverywhere() {
        let draws: [UInt64] = [0x0123_4567_89ab_cdef, 0x8000_0000_0000_0000, 0xfedc_ba98_7654_3210]
        let latency = Latency.logNormal(median: .milliseconds(300), p99: .seconds(2))
        let values = draws.map { latency.duration(at: $0).inMicroseconds }
        #expect(values == [35_524, 300_000, 2_533_495])
    }
}
