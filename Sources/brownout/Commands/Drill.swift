import ArgumentParser
import BrownoutVerdicts
import Foundation

/// `brownout drill SCENARIO… -- CMD…`
struct Drill: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drill",
        abstract: "Serve scenarios, run a command against them, and judge what it did.",
        usage: "brownout drill [<options>] <scenarios> ... -- <command> ...",
        discussion: """
            The command runs once for each scenario, with OPENAI_BASE_URL, OPENAI_API_KEY, the \
            like of every other provider, BROWNOUT_URL, BROWNOUT_CONTROL_URL and \
            BROWNOUT_SESSION set. Ctrl-C ends it, and what there was is judged.

            Exit codes: 0 pass, 1 fail, 2 the command line or a scenario is wrong, 3 unknown, 4 \
            the server could not run, or a file could not be written.

            Examples:
              brownout drill Scenarios/flaky-then-fine.yaml -- python3 client.py
              brownout drill Scenarios/first-day.yaml --html day.html -- python3 client.py
              brownout drill Scenarios/first-day.yaml --seeds 1..4 -- python3 client.py
            """)

    @Argument(help: "The scenarios' files.")
    var scenarios: [String]

    /// What stands behind `--`, where the parser takes no list behind a list.
    @Option(name: .customLong("command"), parsing: .remaining, help: .hidden)
    var command: [String] = []

    @Option(parsing: .unconditional, help: "In place of the scenarios' seeds.")
    var seed: UInt64?

    @Option(help: "Run each scenario with each seed from A to B, both among them.")
    var seeds: SeedRange?

    @Option(parsing: .unconditional, help: "Run each as many times, with the same seed.")
    var `repeat` = 1

    @Option(
        parsing: .unconditional,
        help: """
            So many runs at a time, each with a server of its own; what a command writes is shown \
            when it has ended.
            """)
    var jobs = 1

    @Option(help: "Only every n-th run, beginning with the i-th: i/n.")
    var shard: Shard?

    @OptionGroup var outputs: VerdictOutputs

    private static let mostJobs = 64

    /// The words of a command line as the parser takes them.
    static func words(_ words: [String]) -> [String] {
        guard words.first == "drill", let end = words.firstIndex(of: "--") else { return words }
        return words[..<end] + ["--command"] + words[(end + 1)...]
    }

    func validate() throws {
        if command.isEmpty {
            throw ValidationError("there is no command; expected one behind --")
        }
        if seed != nil, seeds != nil {
            throw ValidationError("--seed and --seeds exclude each other")
        }
        if !(1...Drill.mostJobs).contains(jobs) {
            throw ValidationError("--jobs is \(jobs); expected 1 to \(Drill.mostJobs)")
        }
        if !(1...DrillEntry.limit).contains(`repeat`) {
            throw ValidationError("--repeat is \(`repeat`); expected 1 to \(DrillEntry.limit)")
        }
    }

    func run() async throws {
        // A scenario with a mistake never starts, and neither do those before it.
        let loaded = try scenarios.map { file in
            (file: file, loaded: try ScenarioFile.load(file, seed: seed))
        }
        let baseline = try outputs.baseline()
        let prices = try PriceTable.read(outputs.prices)
        let all = try DrillEntry.list(loaded, repetitions: `repeat`, seeds: seeds)
        let entries = shard?.of(all) ?? all
        if let shard, entries.isEmpty {
            Terminal.error(
                "drill: shard \(shard.number)/\(shard.count) holds none of "
                    + "\(Terminal.count(all.count, "run"))\n")
        }
        let pool = DrillPool(
            entries: entries, command: command, jobs: jobs, prices: prices,
            isStrict: outputs.strict)
        let ended = await pool.run()
        // What failed to run is said; what did run is judged all the same.
        if let failure = ended.failure, ended.runs.isEmpty { throw failure }
        do {
            try await outputs.show(
                ended.runs, against: baseline, missing: entries.count - ended.begun)
        } catch {
            throw ended.failure ?? error
        }
        if let failure = ended.failure { throw failure }
    }
}
