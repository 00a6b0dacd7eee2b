import ArgumentParser
import BrownoutJSON
import BrownoutRecordings
import BrownoutRecords
import Foundation

/// `brownout recordings pack PATH… --to STORE`
struct RecordingsPack: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pack",
        abstract: "Put recordings into a store, for large sets; nothing is lost.",
        discussion: """
            A store that exists is added to. An id that occurs twice is an error, and then the \
            store is what it was.

            Examples:
              brownout recordings pack Recordings --to large.sqlite
            """)

    @Argument(help: "Files, folders or stores, in this order.")
    var paths: [String]

    @Option(help: "The store, a SQLite file.")
    var to: String

    @Flag(help: "One JSON object.")
    var json = false

    func run() throws {
        let count = try Recordings.working {
            try RecordingTransfer.copy(paths, to: try StoreWriter(path: to))
        }
        Recordings.announce(
            json, "\(Recordings.count(count)) packed into \(to)",
            ["recordings": .int(count), "to": .string(to)])
    }
}

/// `brownout recordings unpack STORE --to FILE|FOLDER`
struct RecordingsUnpack: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unpack",
        abstract: "Write a store's recordings to a file, or each to a file of a folder.",
        discussion: """
            A name that ends with .yaml or .yml is a file, any other a folder.

            Examples:
              brownout recordings unpack recordings.sqlite --to unpacked
              brownout recordings unpack recordings.sqlite --to unpacked.yaml
            """)

    @Argument(help: "A store.")
    var store: String

    @Option(help: "A file or folder that is not there yet.")
    var to: String

    @Flag(help: "One JSON object.")
    var json = false

    func run() throws {
        let count = try Recordings.working {
            let isFile = to.hasSuffix(".yaml") || to.hasSuffix(".yml")
            let sink: any RecordingSink =
                isFile ? try NewRecordingFile(path: to) : try NewRecordingFolder(path: to)
            return try RecordingTransfer.copy([store], to: sink)
        }
        Recordings.announce(
            json, "\(Recordings.count(count)) written to \(to)",
            ["recordings": .int(count), "to": .string(to)])
    }
}
