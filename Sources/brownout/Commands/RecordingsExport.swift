import ArgumentParser
import BrownoutEngine
import BrownoutRecordings
import BrownoutRecords
import BrownoutScenarios
import BrownoutYAML
import Foundation

/// `brownout recordings export PATH --to FILE`
struct RecordingsExport: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write recordings as an HTTP archive, or as a cassette of vcrpy.",
        discussion: """
            Says what the format has no place for. An HTTP archive carries it in '_brownout' \
            members, so that importing it gives back the same recordings.

            Examples:
              brownout recordings export Recordings --to recordings.har
              brownout recordings export Recordings/openai-plain.yaml --to cassette.yaml
            """)

    @Argument(help: "The file, folder or store of recordings.")
    var path: String

    @Option(help: "The file to write; one that exists is replaced.")
    var to: String

    @Option(help: "har or vcr; by the name of the file (.har, .yaml) when not given.")
    var format: String?

    @Option(help: "Only the recording with this id; give it once for each.")
    var id: [String] = []

    func run() throws {
        let isArchive = try isArchive()
        if case .endless(let word)? = FileKind(path: to) {
            throw Failure(.failed, "\(to): error: cannot be written: it is \(word), and no file")
        }
        var recordings: [Recording] = []
        do {
            let archive = try RecordingArchives.open(path: path)
            if id.isEmpty {
                try archive.each { recordings.append($1) }
            } else {
                recordings = try id.map { try archive.load(id: $0) }
            }
        } catch let error as RecordingError {
            throw Failure(.failed, error.text)
        }
        let (bytes, notes) =
            isArchive
            ? HARExporter.export(recordings, version: Version.text)
            : VCRExporter.export(recordings)
        for note in notes { Terminal.error("\(note)\n") }
        do {
            try Data(bytes).write(to: URL(filePath: to), options: .atomic)
        } catch {
            throw Failure(.failed, "\(to): error: cannot be written")
        }
        Terminal.print("\(to): \(Recordings.count(recordings.count)) from \(path)\n")
    }

    private func isArchive() throws -> Bool {
        switch format ?? String(to.split(separator: ".").last ?? "") {
        case "har": return true
        case "vcr", "yaml", "yml": return false
        case let other:
            throw ValidationError(
                format == nil
                    ? "'\(to)' does not say what to write; give --format har or --format vcr"
                    : "--format is '\(other)'; expected har or vcr")
        }
    }
}
