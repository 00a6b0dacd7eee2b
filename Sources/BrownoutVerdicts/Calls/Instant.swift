/// A moment of a run on both of its clocks, in microseconds.
package struct Instant: Comparable, Sendable {
    /// On the scenario's clock, since the server began.
    package var scenario: Int64
    /// On the wall's, since 1970.
    package var wall: Int64

    package init(scenario: Int64, wall: Int64) {
        self.scenario = scenario
        self.wall = wall
    }

    /// By the scenario's clock; where that stands still, by the wall's.
    package static func < (one: Instant, other: Instant) -> Bool {
        (one.scenario, one.wall) < (other.scenario, other.wall)
    }

    static func + (instant: Instant, microseconds: Int64) -> Instant {
        Instant(scenario: instant.scenario + microseconds, wall: instant.wall + microseconds)
    }
}

extension Int64 {
    /// A second in microseconds.
    static let second: Int64 = 1_000_000
}
