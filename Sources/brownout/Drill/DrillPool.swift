import BrownoutVerdicts

/// The runs of a drill, some at a time.
struct DrillPool {
    let entries: [DrillEntry]
    let command: [String]
    let jobs: Int
    let prices: PriceTable
    let isStrict: Bool

    /// What came of them.
    struct End {
        /// In the list's order, whatever ended first.
        var runs: [JudgedRun] = []
        /// How many began.
        var begun = 0
        /// Why the first in the list that could not be run could not.
        var failure: (any Error)?
    }

    func run() async -> End {
        if entries.isEmpty { return End() }
        // One for all: each signal is to be heard once.
        let signals = StopSignals()
        let stop = DrillStop()
        let isOneOfSeveral = min(jobs, entries.count) > 1
        let progress = DrillProgress(total: entries.count, passesThrough: !isOneOfSeveral)
        let stops = signals.stops
        let stopping = Task { for await _ in stops { stop.stop() } }
        let showing = Task { await progress.show() }
        let runs = entries.enumerated().map { index, entry in
            DrillRun(
                entry: entry, index: index, command: command, prices: prices, stop: stop,
                progress: progress, isOneOfSeveral: isOneOfSeveral, isStrict: isStrict)
        }
        let results = await results(of: runs, stop)
        stopping.cancel()
        showing.cancel()
        await showing.value
        withExtendedLifetime(signals) {}
        var end = End()
        for (entry, result) in zip(entries, results) {
            guard let result else { continue }
            end.begun += 1
            switch result {
            case .success(let verdict):
                end.runs.append(
                    JudgedRun(verdict: verdict, file: entry.file, repetition: entry.repetition))
            case .failure(let error): end.failure = end.failure ?? error
            }
        }
        return end
    }

    /// What came of each; nil: it did not begin.
    private func results(
        of runs: [DrillRun], _ stop: DrillStop
    ) async -> [Result<RunVerdict, any Error>?] {
        var results = [Result<RunVerdict, any Error>?](repeating: nil, count: runs.count)
        var waiting = runs[...]
        await withTaskGroup(of: (Int, Result<RunVerdict, any Error>).self) { group in
            for run in waiting.prefix(jobs) { group.addTask { await run.result() } }
            waiting = waiting.dropFirst(jobs)
            for await (index, result) in group {
                results[index] = result
                // What cannot be run once cannot be run at all; one that ran and failed says
                // nothing of the others.
                if case .failure(let error) = result, (error as? Failure)?.status != .failed {
                    stop.stop()
                }
                guard !stop.isStopped, let run = waiting.popFirst() else { continue }
                group.addTask { await run.result() }
            }
        }
        return results
    }
}

extension DrillRun {
    /// What it comes to, or why it could not be run, with its place in the list.
    fileprivate func result() async -> (Int, Result<RunVerdict, any Error>) {
        do {
            return (index, .success(try await run()))
        } catch {
            return (index, .failure(error))
        }
    }
}
