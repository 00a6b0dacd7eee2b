package import BrownoutRecords
import Foundation

/// What takes recordings, one after the other, and puts all of them in force at once.
package protocol RecordingSink: AnyObject {
    /// Adds a recording at the end.
    func append(_ recording: Recording) throws(RecordingError)
    /// Puts in force what was added; without it nothing has happened.
    func finish() throws(RecordingError)
}

/// Copies recordings from archives, one at a time.
package enum RecordingTransfer {
    /// Adds all recordings of these paths in their order, and puts them in force together;
    /// returns how many there were.
    package static func copy(_ paths: [String], to sink: any RecordingSink) throws -> Int {
        var count = 0
        for path in paths {
            try RecordingArchives.open(path: path).each { _, recording in
                try sink.append(recording)
                count += 1
            }
        }
        try sink.finish()
        return count
    }
}

/// A file that is not there until all its recordings are in it.
package final class NewRecordingFile: RecordingSink {
    private static let blockBytes = 1 << 20

    private let path: String
    private let workPath: String
    private let file: OpenFile
    private var buffer: [UInt8] = []
    private var end: Int64 = 0

    /// With `replacing`, a file that is there is replaced in the end.
    package init(path: String, replacing: Bool = false) throws(RecordingError) {
        guard replacing || !FileManager.default.fileExists(atPath: path) else {
            throw RecordingError(.unavailable, path: path, "there is such a file already")
        }
        self.path = path
        workPath = "\(path).\(ProcessInfo.processInfo.processIdentifier).new"
        file = try OpenFile(path: workPath, flags: O_RDWR | O_CREAT | O_TRUNC)
        // Who may read the file stays who could.
        var status = stat()
        if replacing, stat(path, &status) == 0 { chmod(workPath, status.st_mode & 0o7777) }
    }

    deinit {
        unlink(workPath)
    }

    /// Adds a recording to the file in progress, which has another name until ``finish()``.
    package func append(_ recording: Recording) throws(RecordingError) {
        try append(document: RecordingDocument.encode(recording))
    }

    func append(document: [UInt8]) throws(RecordingError) {
        buffer.append(contentsOf: document)
        if buffer.count >= NewRecordingFile.blockBytes { try flush() }
    }

    /// Writes what is left, waits until the disk has it, and gives the file its name.
    package func finish() throws(RecordingError) {
        try flush()
        try file.synchronize()
        guard rename(workPath, path) == 0 else { throw .system(path, "cannot be written", errno) }
    }

    private func flush() throws(RecordingError) {
        try file.write(buffer, at: end)
        end += Int64(buffer.count)
        buffer.removeAll(keepingCapacity: true)
    }
}

/// A folder that is not there until all its recordings are in it, each in a file of its own whose
/// name keeps the order.
package final class NewRecordingFolder: RecordingSink {
    private let path: String
    private let workPath: String
    private var count = 0

    /// Makes the folder in progress beside `path`. Throws where there is a file, or a folder that
    /// is not empty.
    package init(path: String) throws(RecordingError) {
        var path = path
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        let there = try? FileManager.default.contentsOfDirectory(atPath: path)
        guard there?.isEmpty ?? !FileManager.default.fileExists(atPath: path) else {
            throw RecordingError(.unavailable, path: path, "there is something here already")
        }
        self.path = path
        workPath = "\(path).\(ProcessInfo.processInfo.processIdentifier).new"
        guard mkdir(workPath, 0o755) == 0 else { throw .system(path, "cannot be made", errno) }
    }

    deinit {
        try? FileManager.default.removeItem(atPath: workPath)
    }

    /// Writes a file of one recording, named by its number and its id: `0000001-chat.yaml`.
    package func append(_ recording: Recording) throws(RecordingError) {
        count += 1
        let number = String(10_000_000 + count).dropFirst()
        let name = recording.id.unicodeScalars.prefix(60).map { scalar in
            let isPlain =
                scalar.isASCII
                && (scalar.properties.isAlphabetic
                    || ("0"..."9").contains(scalar) || scalar == "-" || scalar == "_")
            return isPlain ? Character(scalar) : "_"
        }
        let file = try OpenFile(path: "\(workPath)/\(number)-\(String(name)).yaml")
        try file.write(RecordingDocument.encode(recording), at: 0)
    }

    /// Gives the folder its name.
    package func finish() throws(RecordingError) {
        guard rename(workPath, path) == 0 else { throw .system(path, "cannot be written", errno) }
    }
}
