/// Counts from 1: `2`, `1-3`, `3+`.
package struct CountRange: Equatable, Sendable {
    /// The first count of the range, at least 1.
    package let lower: Int
    /// Nil: no upper end.
    package let upper: Int?

    /// Nil unless `1 <= lower <= upper`.
    package init?(_ lower: Int, through upper: Int?) {
        guard lower >= 1, upper.map({ $0 >= lower }) ?? true else { return nil }
        self.lower = lower
        self.upper = upper
    }

    /// Whether a count, from 1, is in the range. The upper end is part of it.
    package func contains(_ count: Int) -> Bool {
        count >= lower && upper.map { count <= $0 } ?? true
    }

    /// The range as a scenario writes it: `2`, `1-3`, `3+`.
    package var text: String {
        switch upper {
        case nil: "\(lower)+"
        case lower: "\(lower)"
        case let upper?: "\(lower)-\(upper)"
        }
    }
}

/// A stretch of the scenario's time: `10s..40s`, `30s+`. The end is not part of it.
package struct TimeRange: Equatable, Sendable {
    /// When the stretch begins, counted from the begin of the scenario; not negative.
    package let from: Duration
    /// Nil: no end.
    package let to: Duration?

    /// Nil unless `0 <= from < to`.
    package init?(from: Duration, to: Duration?) {
        guard from >= .zero, to.map({ $0 > from }) ?? true else { return nil }
        self.from = from
        self.to = to
    }

    /// Whether an instant of the scenario's time is in the stretch.
    package func contains(_ instant: Duration) -> Bool {
        instant >= from && to.map { instant < $0 } ?? true
    }
}
