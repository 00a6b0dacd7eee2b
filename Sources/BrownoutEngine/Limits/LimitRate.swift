/// So many in each stretch of time: `60/min`, `10/30s`.
package struct LimitRate: Equatable, Sendable {
    /// How many in each period: requests or tokens; more than 0.
    package let amount: Int
    /// In nanoseconds.
    package let period: Int64

    /// Nil unless both are more than nothing and the period has whole nanoseconds.
    package init?(_ amount: Int, per period: Duration) {
        guard amount > 0, period >= .nanoseconds(1) else { return nil }
        self.amount = amount
        self.period = period.inNanoseconds
    }

    /// A period that has a name, as the providers' texts use it.
    package enum Period: Int64, CaseIterable, Sendable {
        case second = 1_000_000_000
        case minute = 60_000_000_000
        case hour = 3_600_000_000_000
        case day = 86_400_000_000_000
    }

    /// Nil for one such as 30 seconds.
    package var named: Period? { Period(rawValue: period) }
}
