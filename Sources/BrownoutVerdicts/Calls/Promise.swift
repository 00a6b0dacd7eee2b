import BrownoutEngine

/// What an answer promised about when to ask again, in microseconds behind its head.
package struct Promise: Equatable, Sendable {
    /// The earliest of its forms, and the latest.
    package let earliest: Int64
    package let latest: Int64
    /// A form of it is neither a wait nor a date.
    package let isGarbled: Bool

    /// A wait beyond which nobody is expected to keep it.
    static let absurd = 600 * Int64.second

    /// Whether it asks for more than a client should wait.
    package var isAbsurd: Bool { earliest > Promise.absurd }
}

extension Attempt {
    /// When the client may ask again, by its `retry-after` and `retry-after-ms`; nil: the answer
    /// says nothing. Resets of rate limits are no promise: there are several, and they tell when a
    /// window is whole again.
    package var promise: Promise? {
        guard let headSent else { return nil }
        let head = begin + headSent
        var waits: [Int64] = []
        var isGarbled = false
        for promise in promises where promise.field.hasPrefix("retry-after") {
            switch promise.moment {
            case .after(let wait): waits.append(wait.inNanoseconds / 1000)
            case .at(let date): waits.append(max(0, date - head.wall))
            case .garbage: isGarbled = true
            }
        }
        if let earliest = waits.min(), let latest = waits.max() {
            return Promise(earliest: earliest, latest: latest, isGarbled: isGarbled)
        }
        return isGarbled ? Promise(earliest: 0, latest: 0, isGarbled: true) : nil
    }

    /// What the answer promises at the earliest; nil where all of it is garbage.
    package var promisedWait: Int64? {
        promise.flatMap { $0.isGarbled && $0.latest == 0 ? nil : $0.earliest }
    }

    /// From the head of this answer, or from the end of what has none, to the next attempt, on both
    /// clocks.
    func wait(until next: Attempt) -> Wait {
        wait(from: headSent ?? max(lastByte ?? 0, clientLeft ?? 0), until: next)
    }

    /// The same on the scenario's clock, in microseconds.
    package func waited(until next: Attempt) -> Int64 { wait(until: next).scenario }

    /// From the end of this answer to the next attempt, on both clocks: so long the client did
    /// nothing.
    func pause(until next: Attempt) -> Wait {
        wait(from: max(headSent ?? 0, lastByte ?? 0, clientLeft ?? 0), until: next)
    }

    private func wait(from moment: Int64, until next: Attempt) -> Wait {
        let from = begin + moment
        let scenario = next.begin.scenario - from.scenario
        return Wait(
            scenario: scenario,
            wall: isClockManual ? scenario : next.begin.wall - from.wall)
    }
}

/// How long a client waited, on both clocks, in microseconds.
struct Wait: Equatable {
    var scenario: Int64
    var wall: Int64

    /// The longer of both: what is early on one clock alone is not early.
    var longest: Int64 { max(scenario, wall) }
    /// The shorter: what is late on one clock alone is not late.
    var shortest: Int64 { min(scenario, wall) }
}
