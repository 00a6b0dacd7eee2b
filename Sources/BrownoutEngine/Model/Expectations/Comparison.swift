/// How something measured is to compare with a bound: `>= 95%`, `<= 2s`.
package struct Comparison: Equatable, Sendable {
    /// How the two compare; the raw value is what a scenario writes.
    package enum Relation: String, CaseIterable, Sendable {
        case atLeast = ">="
        case atMost = "<="
        case more = ">"
        case less = "<"
        case equal = "=="
    }

    /// What something measured is held against.
    package enum Bound: Equatable, Sendable {
        /// A count, or a mean of counts.
        case number(Ratio)
        /// A part of all there are.
        case share(Chance)
        case duration(Duration)
        /// US dollars.
        case dollars(Ratio)

        /// The bound as a bare number; of a duration its nanoseconds.
        package var ratio: Ratio {
            switch self {
            case .number(let ratio), .dollars(let ratio): ratio
            case .share(let share): Ratio(share)
            case .duration(let time): Ratio(UInt64(max(time.inNanoseconds, 0)))
            }
        }
    }

    /// How what was measured stands to the bound.
    package var relation: Relation
    /// What it is held against.
    package var bound: Bound

    /// A comparison of anything measured with a bound.
    package init(_ relation: Relation, _ bound: Bound) {
        self.relation = relation
        self.bound = bound
    }

    /// Whether it holds for what was measured, which is of the bound's own kind: a number, a part
    /// of 1, or dollars.
    package func holds(for measured: Ratio) -> Bool {
        let bound = bound.ratio
        return switch relation {
        case .atLeast: measured >= bound
        case .atMost: measured <= bound
        case .more: measured > bound
        case .less: measured < bound
        case .equal: measured == bound
        }
    }

    /// The same for a time; the bound must be one.
    package func holds(for measured: Duration) -> Bool {
        guard case .duration = bound else { preconditionFailure("a time beside another bound") }
        return holds(for: Bound.duration(measured).ratio)
    }

    /// The same for a count of all there are: the count where the bound is a number, its part
    /// where it is a share. Nil for a share of nothing.
    package func holds(for count: Int, of whole: Int) -> Bool? {
        guard case .share = bound else { return holds(for: Ratio(UInt64(max(count, 0)))) }
        return Ratio(UInt64(max(count, 0)), outOf: UInt64(max(whole, 0))).map { holds(for: $0) }
    }
}
