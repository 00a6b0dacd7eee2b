import ArgumentParser
import BrownoutJSON
import BrownoutReports
import BrownoutVerdicts
import Foundation

/// A run that was judged, and where it came from.
struct JudgedRun: Sendable {
    var verdict: RunVerdict
    /// The scenario's file, as it was named; nil: there is none.
    var file: String?
    var repetition = 1
}

/// Where verdicts go, and what the process ends with.
struct VerdictOutputs: ParsableArguments {
    @Option(name: .customLong("json"), help: "Write the verdict as JSON to this file; - prints it.")
    var jsonFile: String?

    @Option(name: .customLong("junit"), help: "Write it as JUnit's XML, for a CI system.")
    var junitFile: String?

    @Option(
        name: .customLong("markdown"),
        help: "Write it as Markdown; a job's summary on GitHub is appended to.")
    var markdownFile: String?

    @Option(
        name: .customLong("html"), help: "Write it as one page that needs nothing beside itself.")
    var htmlFile: String?

    @Option(
        name: .customLong("baseline"),
        help: "A file that --json wrote earlier: what is worse than there fails.")
    var baselineFile: String?

    @Option(help: "Post what it comes to to this URL; one that fails is a warning.")
    var webhook: String?

    @Option(help: "What the webhook is told in: json, or slack.")
    var webhookFormat = WebhookBody.Format.json

    @Flag(help: "A rule of severity error that is unknown makes the run unknown: exit code 3.")
    var strict = false

    @Option(help: "Prices of models, as `brownout prices` prints them; without it, those.")
    var prices: String?

    /// Bytes of a baseline at most.
    private static let longestBaseline = 256 * 1024 * 1024

    private var files: [(option: String, path: String)] {
        [
            ("--json", jsonFile), ("--junit", junitFile), ("--markdown", markdownFile),
            ("--html", htmlFile),
        ].compactMap { option, path in path.map { (option, $0) } }
    }

    func validate() throws {
        var seen: [(option: String, path: String)] = []
        for file in files {
            if let other = seen.first(where: { $0.path == file.path }) {
                let place = file.path == "-" ? "standard output" : "'\(file.path)'"
                throw ValidationError(
                    "\(other.option) and \(file.option) both go to \(place); "
                        + "each needs a file of its own")
            }
            seen.append(file)
        }
        if let webhook, WebhookPost(webhook) == nil {
            throw ValidationError(
                "--webhook is no URL that can be posted to; expected http://… or https://…")
        }
    }

    // MARK: Before anything runs

    /// The baseline, read whole.
    func baseline() throws -> Baseline? {
        guard let baselineFile else { return nil }
        func refusal(_ reason: String) -> Failure {
            Failure(.usage, "error: the baseline '\(baselineFile)' \(reason)")
        }
        let bytes: Data
        do {
            bytes = try Data(contentsOf: URL(fileURLWithPath: baselineFile))
        } catch {
            throw refusal("cannot be read: \(error.localizedDescription)")
        }
        guard bytes.count <= VerdictOutputs.longestBaseline else {
            throw refusal("has \(bytes.count) bytes; at most 256 MiB are read")
        }
        let json: JSON
        do {
            json = try JSON.parse(Array(bytes))
        } catch {
            throw refusal("is not JSON: \(error)")
        }
        do {
            return try Baseline(json)
        } catch {
            throw refusal("is not what --json writes: \(error.text)")
        }
    }

    // MARK: Afterwards

    /// Writes, prints and posts; throws what the process ends with. `missing` runs were not begun.
    func show(_ runs: [JudgedRun], against baseline: Baseline?, missing: Int = 0) async throws {
        let report = DrillReport(
            runs.map { RunReport($0.verdict, file: $0.file, repetition: $0.repetition) },
            against: baseline, isStrict: strict)
        var errors = ""
        var printed: String?
        for (option, path) in files {
            let text = text(option, report, runs)
            if path == "-" {
                printed = text
            } else if let reason = VerdictOutputs.write(text, to: path, isAppended: option) {
                errors += "error: '\(path)' cannot be written: \(reason)\n"
            }
        }
        let annotations =
            ProcessInfo.processInfo.environment["GITHUB_ACTIONS"] == "true"
            ? GitHubAnnotations(VerdictOutputs.inWorkspace(report)).text : ""
        // A reader who leaves early changes nothing of the verdict that the process ends with.
        if let printed {
            Terminal.announce(printed)
            // The runner reads both streams, and what was asked for stays whole.
            Terminal.error(annotations)
        } else {
            Terminal.announce(VerdictOutputs.text(report) + annotations)
        }
        if let webhook, let post = WebhookPost(webhook) {
            await post.send(WebhookBody(report).json(webhookFormat))
        }
        if missing > 0 {
            Terminal.error("drill: stopped; \(Terminal.count(missing, "run")) did not begin\n")
        }
        if !errors.isEmpty { throw Failure(.unavailable, errors) }
        switch report.verdict {
        case .pass, .notExercised: if missing > 0 { throw Failure(.unknown) }
        case .fail: throw Failure(.failed)
        case .unknown: throw Failure(.unknown)
        }
    }

    private func text(_ option: String, _ report: DrillReport, _ runs: [JudgedRun]) -> String {
        switch option {
        case "--junit": JUnitReport(report).text
        case "--markdown": MarkdownReport(report).text
        case "--html": HTMLReport(report).text
        default: String(decoding: RunReport.bytes(runs.map(\.verdict)), as: UTF8.self) + "\n"
        }
    }

    private static func text(_ report: DrillReport) -> String {
        let environment = ProcessInfo.processInfo.environment
        let colouring = Colouring(
            isTerminal: isatty(STDOUT_FILENO) == 1, noColour: environment["NO_COLOR"],
            terminal: environment["TERM"])
        return VerdictText(report, colouring: colouring, width: Terminal.width).text
    }

    /// Nil: it is written; else why not.
    private static func write(_ text: String, to path: String, isAppended option: String)
        -> String?
    {
        let bytes = Data(text.utf8)
        let summary = ProcessInfo.processInfo.environment["GITHUB_STEP_SUMMARY"]
        do {
            if option == "--markdown", path == summary,
                let file = FileHandle(forWritingAtPath: path)
            {
                defer { try? file.close() }
                try file.seekToEnd()
                try file.write(contentsOf: bytes)
                return nil
            }
            // What is no file, as /dev/stderr, is written to and not replaced.
            let kind = try? FileManager.default.attributesOfItem(atPath: path)[.type]
            let isFile = kind.map { $0 as? FileAttributeType == .typeRegular } ?? true
            try bytes.write(to: URL(fileURLWithPath: path), options: isFile ? .atomic : [])
            return nil
        } catch {
            return error.localizedDescription
        }
    }

    /// The same with files as a checkout names them, which is what GitHub shows.
    private static func inWorkspace(_ report: DrillReport) -> DrillReport {
        guard
            let workspace = ProcessInfo.processInfo.environment["GITHUB_WORKSPACE"],
            !workspace.isEmpty
        else { return report }
        let root = URL(fileURLWithPath: workspace).standardizedFileURL.path + "/"
        var report = report
        for index in report.runs.indices {
            guard let file = report.runs[index].file else { continue }
            let path = URL(fileURLWithPath: file).standardizedFileURL.path
            if path.hasPrefix(root) {
                report.runs[index].file = String(path.dropFirst(root.count))
            }
        }
        return report
    }
}

extension WebhookBody.Format: ExpressibleByArgument {}
