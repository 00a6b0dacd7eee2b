/// How long something takes: a duration, or a distribution of durations.
package enum Latency: Equatable, Sendable {
    case constant(Duration)
    case uniform(Duration, Duration)
    case normal(mean: Duration, deviation: Duration)
    case logNormal(median: Duration, p99: Duration)
    /// `minimum` is the shortest value; a smaller `shape` has a longer tail.
    case pareto(minimum: Duration, shape: Double)
    /// Rising percentages with rising durations; linear between them, flat outside.
    case quantiles([Quantile])

    /// A point of a distribution: so many per cent of the draws are no longer than its duration.
    package struct Quantile: Equatable, Sendable {
        /// 0 to 100.
        package var percent: Double
        /// The duration at that percentage; not less than that of the point before.
        package var value: Duration

        package init(percent: Double, value: Duration) {
            self.percent = percent
            self.value = value
        }
    }

    /// No draw is longer than this; a tail must not outlive the run.
    package static let longest = Duration.seconds(3600)

    /// No wait at all.
    package static let none = Latency.constant(.zero)

    /// The duration at a draw uniform over all 64-bit words, rounded to a microsecond.
    ///
    /// Only the basic operations of IEEE 754 are used, so every machine gives the same duration.
    package func duration(at draw: UInt64) -> Duration {
        // 53 bits, in the open interval (0, 1).
        let u = (Double(draw >> 11) + 0.5) / 9_007_199_254_740_992
        let micro: Double
        switch self {
        case .constant(let value):
            return min(value, Latency.longest)
        case .uniform(let low, let high):
            micro = low.inMicroseconds + u * (high.inMicroseconds - low.inMicroseconds)
        case .normal(let mean, let deviation):
            micro = mean.inMicroseconds + Portable.normalQuantile(u) * deviation.inMicroseconds
        case .logNormal(let median, let p99):
            // The 99th percentile of the standard normal distribution.
            let sigma =
                Portable.log(p99.inMicroseconds / median.inMicroseconds) / 2.3263478740408408
            micro = median.inMicroseconds * Portable.exp(sigma * Portable.normalQuantile(u))
        case .pareto(let minimum, let shape):
            micro = minimum.inMicroseconds * Portable.exp(-Portable.log(1 - u) / shape)
        case .quantiles(let points):
            micro = Latency.interpolate(points, at: u * 100)
        }
        let bounded = min(max(micro, 0), Latency.longest.inMicroseconds)
        return .microseconds(Int64(bounded.rounded()))
    }

    private static func interpolate(_ points: [Quantile], at percent: Double) -> Double {
        guard var previous = points.first else { return 0 }
        if percent <= previous.percent { return previous.value.inMicroseconds }
        for point in points.dropFirst() {
            if percent <= point.percent {
                let share = (percent - previous.percent) / (point.percent - previous.percent)
                let low = previous.value.inMicroseconds
                return low + share * (point.value.inMicroseconds - low)
            }
            previous = point
        }
        return previous.value.inMicroseconds
    }
}

extension Duration {
    /// The duration in microseconds, with what is less than one as a fraction.
    package var inMicroseconds: Double {
        Double(components.seconds) * 1e6 + Double(components.attoseconds) / 1e12
    }

    /// Whole nanoseconds, for arithmetic with an event loop's clock.
    package var inNanoseconds: Int64 {
        components.seconds &* 1_000_000_000 &+ components.attoseconds / 1_000_000_000
    }

    /// Whole milliseconds. What is left of one is cut off, not rounded.
    package var inMilliseconds: Int {
        Int(components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000)
    }
}

/// Elementary functions made of +, -, * and / alone, accurate to about 1e-12 over the range
/// that Brownout needs. A system's own may differ in the last digit from one version to the next.
package enum Portable {
    /// Natural logarithm of a positive, normal number.
    package static func log(_ x: Double) -> Double {
        guard x > 0 else { return -745 }
        let exponent = x.exponent
        var m = x.significand
        var e = Double(exponent)
        if m > 1.4142135623730951 {
            m /= 2
            e += 1
        }
        // ln m = 2 atanh((m - 1) / (m + 1)); |t| < 0.172, so eleven terms reach 1e-17.
        let t = (m - 1) / (m + 1)
        let t2 = t * t
        var sum = 0.0
        var k = 21
        while k >= 1 {
            sum = sum * t2 + 1 / Double(k)
            k -= 2
        }
        return 2 * t * sum + e * 0.6931471805599453
    }

    /// e to the power of a number, which counts as at most 700 either way.
    package static func exp(_ x: Double) -> Double {
        let bounded = min(max(x, -700), 700)
        let n = (bounded / 0.6931471805599453).rounded()
        let r = bounded - n * 0.6931471805599453
        var sum = 1.0
        var k = 18.0
        while k >= 1 {
            sum = 1 + sum * r / k
            k -= 1
        }
        return Double(sign: .plus, exponent: Int(n), significand: sum)
    }

    /// The standard normal distribution's quantile (Acklam's rational approximation, relative
    /// error below 1.2e-9) at `0 < p < 1`.
    static func normalQuantile(_ p: Double) -> Double {
        let low = 0.02425
        if p < low { return tail(p) }
        if p > 1 - low { return -tail(1 - p) }
        let q = p - 0.5
        let r = q * q
        let a = [
            -3.969683028665376e+01, 2.209460984245205e+02, -2.759285104469687e+02,
            1.383577518672690e+02, -3.066479806614716e+01, 2.506628277459239e+00,
        ]
        let b = [
            -5.447609879822406e+01, 1.615858368580409e+02, -1.556989798598866e+02,
            6.680131188771972e+01, -1.328068155288572e+01, 1,
        ]
        return polynomial(a, r) * q / polynomial(b, r)
    }

    private static func tail(_ p: Double) -> Double {
        let q = (-2 * log(p)).squareRoot()
        let c = [
            -7.784894002430293e-03, -3.223964580411365e-01, -2.400758277161838e+00,
            -2.549732539343734e+00, 4.374664141464968e+00, 2.938163982698783e+00,
        ]
        let d = [
            7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996e+00,
            3.754408661907416e+00, 1,
        ]
        return polynomial(c, q) / polynomial(d, q)
    }

    private static func polynomial(_ coefficients: [Double], _ x: Double) -> Double {
        coefficients.reduce(0) { $0 * x + $1 }
    }
}
