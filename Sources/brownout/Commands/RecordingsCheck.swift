import ArgumentParser
import BrownoutJSON
import BrownoutRecordings
import BrownoutRecords
import BrownoutRedaction
import BrownoutScenarios
import BrownoutServer
import BrownoutYAML

/// `brownout recordings check PATH…`
struct RecordingsCheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Find what looks like a secret, and what is no right recording.",
        discussion: """
            Files are looked at as they are and as the recordings they hold: bodies behind their \
            codings, texts that a stream spreads over events. Ends with 1 where something is found. \
            A length that an edited body no longer has is noted.

            Examples:
              brownout recordings check Recordings
              brownout recordings check Recordings/openai-plain.yaml --json
            """)

    @Argument(help: "Files, folders or stores.")
    var paths: [String]

    @Option(help: "A scenario whose own patterns ('redact') are looked for too.")
    var scenario: String?

    @Flag(help: "One JSON object a line: each finding, then the counts.")
    var json = false

    func run() throws {
        var redactor = Redactor(key: Secrets.key)
        if let scenario {
            let loaded = try ScenarioFile.load(scenario, seed: nil)
            redactor = try Core.redactor(for: loaded.scenario, key: Secrets.key)
        }
        var search = Search(redactor: redactor, json: json)
        for path in paths {
            try Recordings.working { try search.look(at: path) }
        }
        let count = Recordings.count(search.recordings)
        if json {
            let counts: JSON = [
                "recordings": .int(search.recordings), "findings": .int(search.problems),
            ]
            Terminal.print(counts.text + "\n")
            if search.problems > 0 { throw Failure(.failed) }
            return
        }
        guard search.problems == 0 else {
            throw Failure(
                .failed,
                "\(search.problems) finding\(search.problems == 1 ? "" : "s") in \(count)")
        }
        Terminal.print("\(count), nothing found\n")
    }

    /// What was found so far; findings are printed as they come.
    private struct Search {
        let redactor: Redactor
        let json: Bool
        var recordings = 0
        var problems = 0

        init(redactor: Redactor, json: Bool) {
            self.redactor = redactor
            self.json = json
        }

        mutating func look(at path: String) throws {
            let archive = try RecordingArchives.open(path: path)
            let files = (archive as? RecordingFiles)?.paths ?? []
            // What was found in each file, so that it is not said of the recording again.
            var known: [Set<String>] = []
            for file in files {
                let findings = try SecretCheck.findings(inFile: file, by: redactor)
                known.append(Set(findings.map(Search.mark)))
                for finding in findings {
                    say(
                        "\(file):\(finding.line):\(finding.column)",
                        [
                            "file": .string(file), "line": .int(finding.line),
                            "column": .int(finding.column),
                        ], finding)
                }
            }
            if let files = archive as? RecordingFiles {
                try files.each { place, recording in
                    look(at: recording, known[Int(place.file)], files.description(of: place))
                } wrong: { error in
                    problems += 1
                    guard json else { return Terminal.print(error.text) }
                    for diagnostic in error.errors.diagnostics {
                        Terminal.print(diagnostic.json.text + "\n")
                    }
                }
            } else {
                try archive.each { place, recording in
                    look(at: recording, [], archive.description(of: place))
                }
            }
        }

        /// Looks at what a recording means: bodies behind their codings, texts behind events.
        private mutating func look(
            at recording: Recording, _ known: Set<String>, _ place: @autoclosure () -> String
        ) {
            recordings += 1
            if let length = recording.response.staleLength {
                Terminal.print(
                    "\(place()): \(recording.id): note: the head says content-length \(length), the "
                        + "body has \(recording.response.body.count) bytes; the length is replayed "
                        + "that the body has\n")
            }
            for finding in SecretCheck.findings(in: recording, by: redactor)
            where !known.contains(Search.mark(finding)) {
                let place = place()
                say(
                    "\(place): \(recording.id)",
                    ["place": .string(place), "id": .string(recording.id)], finding)
            }
        }

        private mutating func say(_ place: String, _ found: JSON, _ finding: SecretFinding) {
            problems += 1
            if json {
                let members =
                    (found.objectValue ?? []) + [
                        JSONMember("kind", .string(finding.kind.word)),
                        JSONMember("shown", .string(finding.shown)),
                        JSONMember("in", .string(finding.place)),
                    ]
                return Terminal.print(JSON.object(members).text + "\n")
            }
            let part = finding.place.isEmpty ? "" : " in \(finding.place)"
            Terminal.print("\(place): \(finding.kind.word): \(finding.shown)\(part)\n")
        }

        private static func mark(_ finding: SecretFinding) -> String {
            "\(finding.kind.word) \(finding.shown)"
        }
    }
}
