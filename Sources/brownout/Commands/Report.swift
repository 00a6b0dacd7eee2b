import ArgumentParser
import BrownoutJSON
import BrownoutJournal
import BrownoutRecords
import BrownoutVerdicts

/// `brownout report`
struct Report: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Judge what clients did, by journals.",
        discussion: """
            Exit codes: 0 pass, 1 fail, 2 the command line is wrong, 3 unknown, 4 a file could not \
            be written.

            Examples:
              brownout report
              brownout report --run last --markdown report.md
              brownout report --journal brownout.sqlite --json verdict.json --html run.html
            """)

    @Option(
        name: .customLong("journal"),
        help: "A journal's file; several are judged each by itself.")
    var paths: [String] = []

    @OptionGroup var chosen: Journal.Run

    @Option(help: "Only this session.")
    var session: String?

    @OptionGroup var outputs: VerdictOutputs

    func run() async throws {
        let baseline = try outputs.baseline()
        let prices = try PriceTable.read(outputs.prices)
        let runs = try (paths.isEmpty ? [Journal.defaultPath] : paths).map { path in
            JudgedRun(verdict: try verdict(of: path, prices))
        }
        try await outputs.show(runs, against: baseline)
    }

    private func verdict(of path: String, _ prices: PriceTable) throws -> RunVerdict {
        let reader = try Journal.open(path)
        let run = try chosen.number(in: reader)
        reader.close()
        let evidence = try DrillRun.evidence(of: path, session: session, run: run)
        return RunVerdict(evidence, scenario: nil, name: path, seed: 0, prices: prices)
    }
}

/// `brownout calls`
struct Calls: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calls",
        abstract: "List the calls of a journal, each with its attempts.",
        discussion: """
            Examples:
              brownout calls
              brownout calls --run last --json
            """)

    @OptionGroup var file: Journal.File

    @OptionGroup var chosen: Journal.Run

    @Option(help: "Only this session.")
    var session: String?

    @Flag(help: "One JSON object a line.")
    var json = false

    func run() throws {
        let reader = try file.open()
        let run = try chosen.number(in: reader)
        reader.close()
        let evidence = try DrillRun.evidence(of: file.path, session: session, run: run)
        let calls = RunVerdict(evidence, scenario: nil, name: file.path, seed: 0).calls
        if json {
            for call in calls {
                var writer = JSONWriter()
                call.write(to: &writer)
                Terminal.print(bytes: writer.bytes + [UInt8(ascii: "\n")])
            }
            return
        }
        var rows = [["call", "session", "outcome", "tie", "attempts"]]
        for call in calls {
            let attempts = call.attempts.map { attempt in
                "\(attempt.provider) " + (attempt.status.map(String.init) ?? attempt.what)
            }
            rows.append([
                call.id, call.session, call.outcome.rawValue, call.isSure ? "sure" : "unsure",
                attempts.joined(separator: " → "),
            ])
        }
        Terminal.print(TextTable.text(rows, width: Terminal.width))
    }
}
