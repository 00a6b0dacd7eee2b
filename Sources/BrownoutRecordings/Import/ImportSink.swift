package import BrownoutRecords
import Foundation

/// Where imported recordings go: a file that is added to, or a folder that gets a file for each
/// file of theirs. Nothing is there before something is added.
package struct ImportSink {
    /// What became of a file's recordings.
    package struct Added: Equatable, Sendable {
        /// The file they are in.
        package var path: String
        /// How many of the recordings were new and were added.
        package var added: Int
        /// Those that were there already, as they are.
        package var known: Int
    }

    private let path: String
    private let isFolder: Bool
    /// What was there before.
    private let archive: (any RecordingArchive)?
    private var there: [String: RecordingPlace] = [:]
    /// Those of them that a recording was found to be.
    private var found: Set<String> = []
    private var taken: Set<String> = []
    private var next: [String: Int] = [:]
    private var writer: RecordingWriter?

    /// A path that is a folder, or ends with a slash, is a folder.
    package init(path: String) throws {
        let exists = FileManager.default.fileExists(atPath: path)
        archive = try exists ? RecordingArchives.open(path: path) : nil
        isFolder = try exists ? RecordingArchives.kind(of: path) == .folder : path.hasSuffix("/")
        self.path = path
        var there: [String: RecordingPlace] = [:]
        try archive?.scan { there[$0.id] = $0.place }
        self.there = there
    }

    /// Adds a file's recordings under ids that are theirs alone; `name` is what a file of a folder
    /// is called. One that is there already, under the id it would get, is left as it is.
    package mutating func add(_ recordings: [Recording], named name: String) throws -> Added {
        var new: [Recording] = []
        for recording in recordings {
            guard let id = try id(for: recording) else { continue }
            var named = recording
            named.id = id
            new.append(named)
        }
        var added = Added(path: path, added: new.count, known: recordings.count - new.count)
        if new.isEmpty { return added }
        if isFolder {
            added.path = try unusedPath(name)
            let sink = try NewRecordingFile(path: added.path)
            for recording in new { try sink.append(recording) }
            try sink.finish()
        } else {
            let writer = try self.writer ?? RecordingWriter(path: path)
            self.writer = writer
            for recording in new { try writer.append(recording) }
        }
        return added
    }

    /// Waits until the disk has everything.
    package func finish() throws {
        try writer?.close()
    }

    private func unusedPath(_ name: String) throws -> String {
        let folder = path.hasSuffix("/") ? path : path + "/"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        var unused = "\(folder)\(name).yaml"
        var number = 2
        while FileManager.default.fileExists(atPath: unused) {
            unused = "\(folder)\(name)-\(number).yaml"
            number += 1
        }
        return unused
    }

    /// The id that a recording gets; nil where it is there already.
    private mutating func id(for recording: Recording) throws -> String? {
        var id = recording.id
        var number = 2
        while let place = there[id] {
            if !found.contains(id), try isKnown(recording, at: place) {
                found.insert(id)
                return nil
            }
            id = "\(recording.id)-\(number)"
            number += 1
        }
        number = max(number, next[recording.id, default: 2])
        while there[id] != nil || !taken.insert(id).inserted {
            id = "\(recording.id)-\(number)"
            number += 1
        }
        next[recording.id] = number
        return id
    }

    /// Whether a recording of before is the same exchange. When it was recorded does not count:
    /// where a file does not say, that is when it was imported.
    private func isKnown(_ recording: Recording, at place: RecordingPlace) throws -> Bool {
        guard var known = try archive?.load(place) else { return false }
        known.id = recording.id
        known.provenance.recordedAt = recording.provenance.recordedAt
        return known == recording
    }
}
