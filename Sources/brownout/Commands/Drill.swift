import ArgumentParser
import BrownoutJSON
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
            the server could not run.
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
        let prices = try PriceTable.read(outputs.prices)
        var runs: [RunVerdict] = []
        for scenario in scenarios {
            runs.append(
                try await DrillRun(
                    scenario: scenario, command: command, seed: seed, prices: prices
                ).run())
        }
        try outputs.show(runs)
    }
}

/// Where verdicts go, and what the process ends with.
struct VerdictOutputs: ParsableArguments {
    @Option(name: .customLong("json"), help: "Write the verdict as JSON to this file; - prints it.")
    var jsonFile: String?

    @Flag(help: "Rules of severity error that are unknown are told apart, too: exit code 3.")
    var strict = false

    @Option(help: "Prices of models, as `brownout prices` prints them; without it, those.")
    var prices: String?

    func show(_ runs: [RunVerdict]) throws {
        let json: JSON =
            runs.count == 1
            ? runs[0].json : ["format": 1, "runs": .array(runs.map(\.json))]
        if let jsonFile, jsonFile != "-" {
            do {
                try Data((json.text + "\n").utf8).write(
                    to: URL(fileURLWithPath: jsonFile), options: .atomic)
            } catch {
                throw Failure(
                    .unavailable,
                    "error: '\(jsonFile)' cannot be written: \(error.localizedDescription)")
            }
        }
        if jsonFile == "-" {
            Terminal.print(json.text + "\n")
        } else {
            let isColoured =
                isatty(STDOUT_FILENO) == 1
                && ProcessInfo.processInfo.environment["NO_COLOR"].map(\.isEmpty) ?? true
            Terminal.print(
                runs.map { VerdictText(isColoured: isColoured).text($0) }.joined(separator: "\n"))
        }
        switch Verdict.over(runs.map { $0.verdict(isStrict: strict) }) {
        case .pass, .notExercised: break
        case .fail: throw Failure(.failed)
        case .unknown: throw Failure(.unknown)
        }
    }
}
