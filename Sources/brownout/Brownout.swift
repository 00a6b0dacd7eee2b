import BrownoutEngine
import ArgumentParser
import Foundation

/// `brownout`: a fake LLM provider that fails on purpose.
@main
struct Brownout: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "brownout",
        abstract: "A fake LLM provider that fails on purpose, and the journal of what came of it.",
        discussion: """
            Exit codes: 0 done, 1 what was checked is not right, 2 the command line or a \
            scenario is wrong, 3 what was judged is unknown, 4 the server could not run.

            Examples:
              brownout serve Scenarios/first-day.yaml
              brownout drill Scenarios/flaky-then-fine.yaml -- python3 client.py
              brownout help serve
            """,
        version: Version.text,
        subcommands: [
            Serve.self, Record.self, Recordings.self, Check.self, Plan.self, Explain.self,
            Journal.self, Drill.self, Report.self, Calls.self, Causes.self, Faults.self,
            Prices.self, Schema.self,
        ])

    /// Parses and runs, with the exit codes of ``ExitStatus``: the parser's own for a wrong
    /// command line is another.
    static func main() async {
        // Pipes that are closed early (`brownout journal list | head`) end us by an error of
        // the write, not by a signal in the middle of it.
        signal(SIGPIPE, SIG_IGN)
        LargeMemory.goesBackAtOnce()
        if let text = CommandLineText.unknownCommand(
            Array(CommandLine.arguments.dropFirst()), of: Brownout.self)
        {
            fail(Failure(.usage, text))
        }
        var running: (any ParsableCommand)?
        do {
            let arguments = Array(CommandLine.arguments.dropFirst())
            if let text = try HelpText.text(arguments, of: Brownout.self) {
                Terminal.print(text)
                return
            }
            let words = Drill.words(arguments)
            var command = try parseAsRoot(words)
            running = command
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let failure as Failure {
            fail(failure)
        } catch {
            // Help and the version are no failures; other codes have said what there is to say.
            guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
            let text = CommandLineText.refusal(error, of: Brownout.self, for: running)
            fail(Failure(.usage, text))
        }
    }

    private static func fail(_ failure: Failure) -> Never {
        Terminal.error(failure.text)
        Foundation.exit(failure.status.rawValue)
    }
}

/// What the process says when it ends; the numbers are an interface.
enum ExitStatus: Int32 {
    case done = 0
    /// What was to be checked or found is not right.
    case failed = 1
    /// The command line or a scenario is wrong; nothing was started.
    case usage = 2
    /// The evidence that a verdict needs is missing.
    case unknown = 3
    /// The server could not be started or go on.
    case unavailable = 4
}

/// An end of the process with a message for standard error.
struct Failure: Error {
    var status: ExitStatus
    /// Whole lines.
    var text: String

    /// What there is to say has been said.
    init(_ status: ExitStatus) {
        self.status = status
        text = ""
    }

    init(_ status: ExitStatus, _ message: String) {
        self.status = status
        self.text = message.hasSuffix("\n") ? message : message + "\n"
    }
}
