import ArgumentParser
import BrownoutEngine
import BrownoutRecordings
import BrownoutRedaction
import Foundation

/// `brownout recordings import FILE… --to PATH`
struct RecordingsImport: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Make recordings of the files of other tools.",
        discussion: """
            Reads cassettes of vcrpy (YAML or JSON), HTTP archives (HAR 1.2), fixtures of aimock, \
            and traces as JSON, gzip or not; which it is, is found out. Says what could not be \
            carried. Secrets are taken out before anything is written.
            """)

    @Argument(help: "The files.")
    var files: [String]

    @Option(help: "The file to add the recordings to, or a folder to write one for each file into.")
    var to: String

    @Option(help: "What the files are: \(Self.formats); found out when not given.")
    var format: String?

    @Option(
        help: """
            A host, or a pattern of hosts, and the provider it speaks like, as HOST=openai; give \
            it once for each.
            """)
    var host: [String] = []

    @Option(help: "The provider of formats that name none: openai or anthropic.")
    var dialect: String?

    @Flag(help: "Keep secrets and personal data as they are in the files.")
    var keepSecrets = false

    private static let formats = ImportFormat.allCases.map(\.rawValue).joined(separator: ", ")

    func run() throws {
        let options = try options()
        let format = try format.map(named)
        var imported: [(file: String, recordings: [Recording])] = []
        var names = try namesAlreadyThere()
        for file in files {
            let result: ImportResult
            do throws(ImportError) {
                result = try Importer.read(
                    bytes(of: file), name: file, format: format, options: options)
            } catch {
                throw Failure(.failed, error.description)
            }
            for note in result.notes { Terminal.error("\(file): \(note)\n") }
            let recordings = result.recordings.map { recording in
                var named = recording
                named.id = Self.unused(recording.id, &names)
                return keepSecrets ? named : named.redacted(by: Redactor(key: Secrets.key))
            }
            imported.append((file, recordings))
        }
        try write(imported)
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
                    "--host is '\(text)'; expected HOST=openai or HOST=anthropic")
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
        guard let data = FileManager.default.contents(atPath: file) else {
            throw ImportError(file, "", "is not there, is a folder, or is not to be read")
        }
        guard data.count <= ImportLimits.fileBytes else {
            throw ImportError(file, "", "is larger than \(ImportLimits.fileBytes >> 20) MiB")
        }
        return [UInt8](data)
    }

    private var isFolder: Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: to, isDirectory: &isFolder)
            && isFolder.boolValue
    }

    /// The ids in the file or the folder that is added to: theirs are kept, new ones differ.
    private func namesAlreadyThere() throws -> Set<String> {
        guard FileManager.default.fileExists(atPath: to) else { return [] }
        var names: Set<String> = []
        do {
            try RecordingArchives.open(path: to).scan { names.insert($0.id) }
        } catch let error as RecordingError {
            throw Failure(.failed, error.text)
        }
        return names
    }

    private func write(_ imported: [(file: String, recordings: [Recording])]) throws {
        do throws(RecordingError) {
            if isFolder {
                for (file, recordings) in imported {
                    let path =
                        (to.hasSuffix("/") ? to : to + "/") + Importer.stem(of: file) + ".yaml"
                    let sink = try NewRecordingFile(path: path)
                    for recording in recordings { try sink.append(recording) }
                    try sink.finish()
                    Terminal.print("\(path): \(Self.count(recordings.count)) from \(file)")
                }
            } else {
                let writer = try RecordingWriter(path: to)
                for (file, recordings) in imported {
                    for recording in recordings { try writer.append(recording) }
                    Terminal.print("\(to): \(Self.count(recordings.count)) from \(file)")
                }
                try writer.close()
            }
        } catch {
            throw Failure(.failed, error.text)
        }
    }

    private static func count(_ recordings: Int) -> String {
        recordings == 1 ? "1 recording" : "\(recordings) recordings"
    }

    private static func unused(_ name: String, _ names: inout Set<String>) -> String {
        var unused = name
        var number = 2
        while !names.insert(unused).inserted {
            unused = "\(name)-\(number)"
            number += 1
        }
        return unused
    }
}
