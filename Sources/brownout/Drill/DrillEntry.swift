import ArgumentParser
import BrownoutEngine
import BrownoutScenarios

/// One run of a drill's list: a scenario with a seed.
struct DrillEntry: Sendable {
    /// The scenario's file, as it was named.
    var file: String
    var loaded: LoadedScenario
    /// Which of several runs of the same scenario and seed it is; from 1.
    var repetition: Int

    /// What progress calls it.
    var name: String {
        "\(file) seed \(loaded.scenario.seed)" + (repetition > 1 ? " run \(repetition)" : "")
    }

    /// Runs of a drill at most.
    static let limit = 10_000

    /// Scenarios × repetitions × seeds, in this order; without seeds each scenario has its own.
    static func list(
        _ scenarios: [(file: String, loaded: LoadedScenario)], repetitions: Int, seeds: SeedRange?
    ) throws -> [DrillEntry] {
        let (each, isTooMany) = repetitions.multipliedReportingOverflow(by: seeds?.count ?? 1)
        guard !isTooMany, each <= limit / scenarios.count else {
            throw Failure(.usage, "error: these are more than \(limit) runs, which is the most")
        }
        return scenarios.flatMap { scenario in
            (1...repetitions).flatMap { repetition in
                guard let seeds else {
                    return [
                        DrillEntry(
                            file: scenario.file, loaded: scenario.loaded, repetition: repetition)
                    ]
                }
                return seeds.all.map { seed in
                    var entry = DrillEntry(
                        file: scenario.file, loaded: scenario.loaded, repetition: repetition)
                    entry.loaded.scenario.seed = seed
                    return entry
                }
            }
        }
    }
}

/// `A..B`: the seeds from one to another, both among them.
struct SeedRange: ExpressibleByArgument {
    let all: ClosedRange<UInt64>

    /// How many there are; more than an `Int` holds are as many as it holds.
    var count: Int {
        Int(clamping: (all.upperBound - all.lowerBound).addingReportingOverflow(1).partialValue)
    }

    init?(argument: String) {
        let ends = argument.split(separator: ".", omittingEmptySubsequences: false)
        guard ends.count == 3, ends[1].isEmpty, let first = UInt64(ends[0]),
            let last = UInt64(ends[2]), first <= last, last - first < UInt64(DrillEntry.limit)
        else { return nil }
        all = first...last
    }
}

/// `i/n`: every n-th run of the list, beginning with the i-th.
struct Shard: ExpressibleByArgument {
    let number: Int
    let count: Int

    init?(argument: String) {
        let parts = argument.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let number = Int(parts[0]), let count = Int(parts[1]),
            count >= 1, (1...count).contains(number)
        else { return nil }
        (self.number, self.count) = (number, count)
    }

    func of(_ entries: [DrillEntry]) -> [DrillEntry] {
        entries.enumerated().filter { $0.offset % count == number - 1 }.map(\.element)
    }
}
