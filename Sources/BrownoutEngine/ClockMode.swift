/// What the time of a scenario is: that of its phases, windows, limits and stream timers.
package enum ClockMode: Equatable, Sendable {
    /// The machine's.
    case real
    /// The machine's, so many times as fast.
    case scaled(by: Double)
    /// Moved by hand, and only forward: `POST /clock/advance`.
    case manual
}
