package import BrownoutEngine
package import NIOCore
import Synchronization

/// An instant of the scenario's time: that of its phases, windows, limits and stream timers.
package struct ScenarioInstant: Comparable, Sendable {
    /// Since the server began.
    package let nanoseconds: Int64

    package init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    /// Whether one instant is before another.
    package static func < (left: ScenarioInstant, right: ScenarioInstant) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    /// The instant after a wait.
    package static func + (instant: ScenarioInstant, wait: Duration) -> ScenarioInstant {
        let (sum, overflow) = instant.nanoseconds.addingReportingOverflow(wait.inNanoseconds)
        return ScenarioInstant(nanoseconds: overflow ? .max : sum)
    }

    /// The scenario's time between two instants.
    package static func - (end: ScenarioInstant, start: ScenarioInstant) -> Duration {
        .nanoseconds(end.nanoseconds - start.nanoseconds)
    }

    /// The instant as the engine takes it.
    package var elapsed: Duration { .nanoseconds(nanoseconds) }
}

/// The scenario's time beside the loops'. The limits of the server itself (`ServerLimits`) are
/// about machines and clients, and keep to the loops' time in every mode.
package final class ScenarioClock: Sendable {
    /// Whether time runs, how fast, or is moved by hand.
    package let mode: ClockMode
    private let began: NIODeadline
    /// How far a manual clock was moved, in nanoseconds.
    private let moved = Atomic<Int64>(0)

    package init(_ mode: ClockMode = .real, began: NIODeadline = .now()) {
        self.mode = mode
        self.began = began
    }

    /// The scenario's time at a time of the loops'.
    package func instant(at now: NIODeadline) -> ScenarioInstant {
        switch mode {
        case .real: ScenarioInstant(nanoseconds: (now - began).nanoseconds)
        case .scaled(let factor):
            ScenarioInstant(
                nanoseconds: ScenarioClock.whole(Double((now - began).nanoseconds) * factor))
        case .manual: ScenarioInstant(nanoseconds: moved.load(ordering: .sequentiallyConsistent))
        }
    }

    /// When the loops' time will have come so far; nil when only ``advance(by:)`` brings it.
    func deadline(of instant: ScenarioInstant) -> NIODeadline? {
        switch mode {
        case .real: ScenarioClock.deadline(began, after: instant.nanoseconds)
        case .scaled(let factor):
            ScenarioClock.deadline(
                began,
                after: ScenarioClock.whole((Double(instant.nanoseconds) / factor).rounded(.up))
            )
        case .manual: nil
        }
    }

    /// A number of nanoseconds; what does not fit is the end of time.
    private static func whole(_ value: Double) -> Int64 {
        value >= 0x1p63 ? .max : Int64(value)
    }

    private static func deadline(_ began: NIODeadline, after nanoseconds: Int64) -> NIODeadline {
        let room = UInt64(Int64.max) - min(began.uptimeNanoseconds, UInt64(Int64.max))
        return began + .nanoseconds(min(nanoseconds, Int64(room)))
    }

    /// Moves a manual clock on; a movement beyond the end of time stops there.
    func advance(by step: Duration) -> ScenarioInstant {
        precondition(mode == .manual && step >= .zero, "only a manual clock is moved, and forward")
        let nanoseconds = step.inNanoseconds
        var old = moved.load(ordering: .sequentiallyConsistent)
        while true {
            let (sum, overflow) = old.addingReportingOverflow(nanoseconds)
            let new = overflow ? Int64.max : sum
            let result = moved.compareExchange(
                expected: old, desired: new, ordering: .sequentiallyConsistent)
            if result.exchanged { return ScenarioInstant(nanoseconds: new) }
            old = result.original
        }
    }
}
