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
            """)

    @Argument(help: "The scenarios' files.")
    var scenarios: [String]

    /// What stands behind `--`, where the parser takes no list behind a list.
    @Option(name: .customLong("command"), parsing: .remaining, help: .hidden)
    var command: [String] = []

    @Option(parsing: .unconditional, help: "In place of the scenarios' seeds.")
    var seed: UInt64?

    @OptionGroup var outputs: VerdictOutputs

    /// The words of a command line as the parser takes them.
    static func words(_ words: [String]) -> [String] {
        guard words.first == "drill", let end = words.firstIndex(of: "--") else { return words }
        return words[..<end] + ["--command"] + words[(end + 1)...]
    }

    func validate() throws {
        if command.isEmpty {
            throw ValidationError("there is no command; expected one behind --")
        }
    }

    func run() async throws {
        // A scenario with a mistake never starts, and neither do those before it.
        for scenario in scenarios { _ = try ScenarioFile.load(scenario, seed: seed) }
        let baseline = try outputs.baseline()
        var runs: [JudgedRun] = []
        for scenario in scenarios {
            let run = DrillRun(scenario: scenario, command: command, seed: seed)
            runs.append(JudgedRun(verdict: try await run.run(), file: scenario))
        }
        try await outputs.show(runs, against: baseline)
    }
}
