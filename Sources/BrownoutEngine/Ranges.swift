/// Counts from 1: `2`, `1-3`, `3+`.
package struct CountRange: Equatable, Sendable {
    package let lower: Int
    /// Nil: no upper end.
    package let upper: Int?

    /// Nil unless `1 <= lower <= upper`.
    package init?(_ lower: Int, through upper: Int?) {
        guard lower >= 1, upper.map({ $0 >= lower }) ?? true else { return nil }
        self.lower = lower
        self.upper = upper
    }

    package func contains(_ count: Int) -> Bool {
        count >= lower && upper.map { count <= $0 } ?? true
    }

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
    package let from: Duration
    /// Nil: no end.
    package let to: Duration?

    /// Nil unless `0 <= from < to`.
    package init?(from: Duration, to: Duration?) {
        guard from >= .zero, to.map({ $0 > from }) ?? true else { return nil }
        self.from = from
        self.to = to
    }

    package func contains(_ instant: Duration) -> Bool {
        instant >= from && to.map { instant < $0 } ?? true
    }
}
