/// How often times fell into each of a few classes. A value with one word for each class; taking
/// a time in is a walk over the bounds and two additions.
package struct Histogram: Equatable, Sendable {
    /// The upper ends of the classes but the last, in nanoseconds, ascending; an end belongs to
    /// its class.
    package let bounds: [Int64]
    /// Times in each class, one more than there are bounds.
    package private(set) var counts: [Int]
    /// All times together, in nanoseconds.
    package private(set) var sum: Int64 = 0

    package init(bounds: [Int64]) {
        self.bounds = bounds
        counts = Array(repeating: 0, count: bounds.count + 1)
    }

    /// How many times were taken in.
    package var count: Int { counts.reduce(0, +) }

    /// Takes a time in; one below zero counts as zero.
    package mutating func record(nanoseconds: Int64) {
        let time = max(nanoseconds, 0)
        var index = 0
        while index < bounds.count, bounds[index] < time { index += 1 }
        counts[index] += 1
        sum = sum.addingReportingOverflow(time).overflow ? .max : sum + time
    }

    /// Adds what another one with the same bounds has seen.
    package mutating func merge(_ other: Histogram) {
        precondition(bounds == other.bounds, "histograms of different classes")
        for index in counts.indices { counts[index] += other.counts[index] }
        sum = sum.addingReportingOverflow(other.sum).overflow ? .max : sum + other.sum
    }

    /// From half a millisecond to two minutes: what a client may wait for an answer.
    package static let answers: [Int64] = [
        500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000,
        2_500_000, 5_000_000, 10_000_000, 30_000_000, 60_000_000, 120_000_000,
    ].map { $0 * 1_000 }

    /// From ten microseconds to a second: how late a step of a script may be.
    package static let pacing: [Int64] = [
        10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 1_000_000,
    ].map { $0 * 1_000 }
}
