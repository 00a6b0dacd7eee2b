/// A bucket that fills evenly, as the time at which it is full again (the generic cell rate
/// algorithm). That time is counted in nanoseconds times the rate's amount, so that each unit
/// takes a whole number, the period, and nothing is ever rounded.
struct TokenBucket: Equatable, Sendable {
    private var fullAt: Int128 = 0

    /// What is missing, in units of amount × nanoseconds.
    private func missing(_ quota: Limit.Quota, at now: Int64) -> Int128 {
        max(fullAt - Int128(now) * Int128(quota.rate.amount), 0)
    }

    func left(of quota: Limit.Quota, at now: Int64) -> Int {
        let period = Int128(quota.rate.period)
        let missing = (missing(quota, at: now) + period - 1) / period
        return max(quota.capacity - Int(clamping: missing), 0)
    }

    func wait(for amount: Int, of quota: Limit.Quota, at now: Int64) -> MeterWait {
        let room = Int128(quota.capacity - amount) * Int128(quota.rate.period)
        let excess = missing(quota, at: now) - room
        return excess <= 0 ? .none : .nanoseconds(TokenBucket.time(excess, quota))
    }

    func reset(of quota: Limit.Quota, at now: Int64) -> Int64 {
        TokenBucket.time(missing(quota, at: now), quota)
    }

    mutating func charge(_ amount: Int, to quota: Limit.Quota, at now: Int64) {
        let full = max(fullAt, Int128(now) * Int128(quota.rate.amount))
        fullAt = full + Int128(amount) * Int128(quota.rate.period)
    }

    /// Nanoseconds that cover it.
    private static func time(_ scaled: Int128, _ quota: Limit.Quota) -> Int64 {
        let amount = Int128(quota.rate.amount)
        return Int64(clamping: (scaled + amount - 1) / amount)
    }
}
