import ArgumentParser
import BrownoutEngine
import BrownoutRecordings
import BrownoutRecords
import BrownoutRedaction
import BrownoutScenarios
import BrownoutYAML
import Foundation

/// `brownout recordings import FILE… --to PATH`
struct RecordingsImport: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Make recordings of the files of other tools.",
        discussion: """
            Reads cassettes of vcrpy (YAML or JSON), HTTP archives (HAR 1.2), fixtures of aimock, \
            and traces as JSON, gzip or not; which it is, is found out. Says what could not be \
            carried. Secrets are taken out before anything is written. What cannot be read is \
            named, and the rest is imported; then the exit code is 1. What is there already is \
            left as it is.

            Examples:
              brownout recordings import chrome.har --to imported.yaml
              brownout recordings import chrome.har --to imported/ --dialect openai
            """)

    @Argument(help: "The files.")
    var files: [String]

    @Option(
        help: """
            The file to add the recordings to, or a folder to write one for each file into; a \
            name that ends with a slash is a folder.
            """)
    var to: String

    @Option(help: "What the files are: \(Self.formats); found out when not given.")
    var format: String?

    @Option(
        help: """
            A host, or a pattern of hosts, and the provider it speaks like, as HOST=openai; give \
            it once for each.
            """)
    var host: [String] = []

    @Option(help: "The provider of formats that name none: \(DialectName.list).")
    var dialect: String?

    @Flag(help: "Keep secrets and personal data as they are in the files.")
    var keepSecrets = false

    private static let formats = ImportFormat.allCases.map(\.rawValue).joined(separator: ", ")

    func run() throws {
        let options = try options()
        let format = try format.map(named)
        var sink = try working { try ImportSink(path: to) }
        var tally = Tally()
        for (file, stem) in zip(files, Importer.stems(of: files)) {
            var options = options
            options.stem = stem
            let result: ImportResult
            do throws(ImportError) {
                result = try Importer.read(
                    bytes(of: file), name: file, format: format, options: options)
            } catch {
                Terminal.error("\(error)\n")
                tally.files += 1
                continue
            }
            for note in result.notes { Terminal.error("\(file): \(note)\n") }
            for failure in result.failures.prefix(ImportLimits.notes) {
                Terminal.error("\(failure)\n")
            }
            tally.entries += result.failures.count
            let recordings =
                keepSecrets
                ? result.recordings
                : result.recordings.map { $0.redacted(by: Redactor(key: Secrets.key)) }
            let added = try working { try sink.add(recordings, named: stem) }
            tally.recordings += recordings.count
            say(added, of: file)
        }
        try working { try sink.finish() }
        try tally.finish()
    }

    /// What came of all files.
    private struct Tally {
        /// Those that came over, or had before.
        var recordings = 0
        /// Files, and entries of others, that could not be read.
        var files = 0
        var entries = 0

        /// Throws where something was not brought over.
        func finish() throws {
            var failed: [String] = []
            if files > 0 { failed.append(files == 1 ? "1 file" : "\(files) files") }
            if entries > 0 { failed.append(entries == 1 ? "1 entry" : "\(entries) entries") }
            let broken = failed.joined(separator: " and ") + " could not be read"
            guard recordings > 0 else {
                throw Failure(
                    .failed,
                    "error: nothing was imported" + (failed.isEmpty ? "" : ": \(broken)"))
            }
            if !failed.isEmpty { throw Failure(.failed, "error: \(broken)") }
        }
    }

    private func say(_ added: ImportSink.Added, of file: String) {
        let there = "\(Recordings.count(added.known)) already there, unchanged"
        if added.added == 0, added.known > 0 {
            return Terminal.announce("\(added.path): \(there), from \(file)\n")
        }
        let more = added.known > 0 ? "; \(there)" : ""
        if added.added == 0 {
            return Terminal.announce("\(file): no recordings\n")
        }
        Terminal.announce(
            "\(added.path): \(Recordings.count(added.added)) from \(file)\(more)\n")
    }

    // MARK: - The command line

    private func named(_ text: String) throws -> ImportFormat {
        guard let format = ImportFormat(rawValue: text) else {
            throw ValidationError("--format is '\(text)'; expected one of \(Self.formats)")
        }
        return format
    }

    private func dialect(_ text: String, _ option: String) throws -> DialectName {
        guard let dialect = DialectName(rawValue: text) else {
            let all = DialectName.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("\(option) names '\(text)'; expected one of \(all)")
        }
        return dialect
    }

    private func options() throws -> ImportOptions {
        let now = Int64((Date().timeIntervalSince1970 * 1e6).rounded())
        var options = ImportOptions(now: now)
        if let dialect { options.dialect = try self.dialect(dialect, "--dialect") }
        for text in host {
            let parts = text.split(separator: "=", omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty else {
                throw ValidationError(
                    "--host is '\(text)'; expected HOST=PROVIDER, one of \(DialectName.list)")
            }
            let dialect = try dialect(String(parts[1]), "--host")
            do throws(Glob.Invalid) {
                options.hosts.append((try Glob(parts[0].lowercased()), dialect))
            } catch {
                throw ValidationError("--host is '\(text)': \(error.message)")
            }
        }
        return options
    }

    // MARK: - Files

    private func bytes(of file: String) throws(ImportError) -> [UInt8] {
        do throws(FileProblem) {
            return try FileBytes.read(file, atMost: ImportLimits.fileBytes)
        } catch {
            throw ImportError(file, "", error.message)
        }
    }

    private func working<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error as RecordingError {
            throw Failure(.failed, error.text)
        } catch let error as CocoaError {
            throw Failure(.failed, "\(to): error: cannot be made: \(error.localizedDescription)")
        }
    }
}
