import BrownoutEngine
package import BrownoutRecords
import BrownoutYAML
import Foundation

/// Recordings in files of YAML: one file, or all of a folder and of the folders in it.
package struct RecordingFiles: RecordingArchive {
    /// In the order in which they are read: by name.
    package let paths: [String]
    private let root: String
    /// Which file each was: a place in one that took its name later means nothing.
    private let inodes: [UInt64]

    /// A file, or a folder's files that end with `.yaml` or `.yml`; hidden ones do not count.
    init(path: String, isFolder: Bool) throws(RecordingError) {
        root = path
        guard isFolder else {
            paths = [path]
            inodes = [try FileBytes.inode(of: path) ?? 0]
            return
        }
        guard access(path, R_OK | X_OK) == 0,
            let walk = FileManager.default.enumerator(atPath: path)
        else {
            throw RecordingError(.unavailable, path: path, "the folder cannot be read")
        }
        var found: [String] = []
        var seen = 0
        while let name = walk.nextObject() as? String {
            seen += 1
            // Whatever it is, as all of a disk may be in the folder.
            guard seen <= RecordingLimits.files else {
                throw RecordingError(
                    .unavailable, path: path,
                    "more than \(RecordingLimits.files) files and folders")
            }
            guard name.hasSuffix(".yaml") || name.hasSuffix(".yml"),
                !name.split(separator: "/").contains(where: { $0.hasPrefix(".") })
            else { continue }
            found.append(name)
        }
        let folder = path.hasSuffix("/") ? path : path + "/"
        var paths: [String] = []
        var inodes: [UInt64] = []
        for name in found.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
            guard let inode = try FileBytes.inode(of: folder + name) else { continue }
            paths.append(folder + name)
            inodes.append(inode)
        }
        self.paths = paths
        self.inodes = inodes
    }

    /// Reads outlines file by file, in the order of each file. Throws ``RecordingError``: where a
    /// document is no recording, and where an id occurs twice.
    package func scan(_ visit: (RecordingOutline) throws -> Void) throws {
        // Digests, as a hundred thousand ids would be as large as what is kept of the recordings.
        var seen: [UInt64: RecordingPlace] = [:]
        try documents { path, place, document in
            let outline = try RecordingDocument.outline(
                document.bytes, at: place, file: path, firstLine: document.firstLine)
            try note(outline, &seen)
            try visit(outline)
        }
    }

    /// Reads whole recordings, one at a time, and throws what ``scan(_:)`` throws.
    package func each(_ visit: (RecordingPlace, Recording) throws -> Void) throws {
        try each(visit) { throw $0 }
    }

    /// The same, which goes on behind a recording that is wrong after `wrong` was told of it.
    package func each(
        _ visit: (RecordingPlace, Recording) throws -> Void,
        wrong: (RecordingError) throws -> Void
    ) throws {
        var seen: [UInt64: RecordingPlace] = [:]
        try documents { path, place, document in
            let recording: Recording
            do throws(RecordingError) {
                recording = try RecordingDocument.decode(
                    document.bytes, file: path, firstLine: document.firstLine)
                try note(RecordingOutline(of: recording, at: place), &seen)
            } catch {
                return try wrong(error)
            }
            try visit(place, recording)
        }
    }

    private func documents(_ visit: (String, RecordingPlace, Document) throws -> Void) throws {
        for (index, path) in paths.enumerated() {
            var reader = try DocumentReader(path: path)
            while let document = try reader.next() {
                try visit(path, document.place(file: Int32(index)), document)
            }
        }
    }

    private func note(
        _ outline: RecordingOutline, _ seen: inout [UInt64: RecordingPlace]
    ) throws(RecordingError) {
        var hash = SipHash()
        hash.combine(outline.id)
        guard let first = seen.updateValue(outline.place, forKey: hash.finalize()) else { return }
        guard try load(first).id.utf8.elementsEqual(outline.id.utf8) else { return }
        throw RecordingError(
            .duplicate, path: description(of: outline.place),
            "the id '\(outline.id)' occurs twice",
            note: "the first one is at \(description(of: first))")
    }

    /// Reads the bytes of a place. Throws where another file took the place of the one that was
    /// opened, where the file has become shorter, and where what is there is no recording.
    package func load(_ place: RecordingPlace) throws(RecordingError) -> Recording {
        let path = paths[Int(place.file)]
        guard try FileBytes.inode(of: path) == inodes[Int(place.file)] else {
            throw RecordingError(
                .unavailable, path: path, "another file took its place since it was opened")
        }
        let bytes = try FileBytes.part(of: path, at: place.offset, count: Int(place.length))
        do throws(RecordingError) {
            return try RecordingDocument.decode(bytes, file: path)
        } catch {
            // Only who has to be told of a line has it counted.
            let line = (try? FileBytes.lines(of: path, before: place.offset)) ?? 0
            return try RecordingDocument.decode(bytes, file: path, firstLine: line + 1)
        }
    }

    /// Reads files until a recording has the id. Throws ``RecordingError/Code/unknownID`` where
    /// none has.
    package func load(id: String) throws -> Recording {
        var line: [UInt8] = []
        line.append(key: "id", 0, id)
        for (index, path) in paths.enumerated() {
            var reader = try DocumentReader(path: path)
            while let document = try reader.next() {
                // As we write it; by other hands it may be written in another way.
                guard document.hasNear(line) || !document.hasNear(Array("\nid: ".utf8)) else {
                    continue
                }
                let place = document.place(file: Int32(index))
                let recording = try load(place)
                if recording.id.utf8.elementsEqual(id.utf8) { return recording }
            }
        }
        var found: RecordingPlace?
        try scan { outline in
            if outline.id.utf8.elementsEqual(id.utf8) { found = outline.place }
        }
        guard let found else { throw RecordingError.unknown(id, in: root) }
        return try load(found)
    }

    /// The file and the line the recording begins in: `Recordings/chat.yaml:12`; the file alone
    /// where it cannot be read any more.
    package func description(of place: RecordingPlace) -> String {
        let path = paths[Int(place.file)]
        guard let lines = try? FileBytes.lines(of: path, before: place.offset) else { return path }
        return "\(path):\(lines + 1)"
    }
}

extension Document {
    /// Whether these bytes are among the first of the document.
    func hasNear(_ wanted: [UInt8]) -> Bool {
        let head = bytes.prefix(1_024)
        guard head.count >= wanted.count else { return false }
        return (0...(head.count - wanted.count)).contains { start in
            head[start..<(start + wanted.count)].elementsEqual(wanted)
        }
    }
}

/// Parts of files.
enum FileBytes {
    static func part(
        of path: String, at offset: Int64, count: Int
    ) throws(RecordingError) -> [UInt8] {
        let file = try descriptor(of: path)
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: count)
        var done = 0
        while done < count {
            let read = bytes.withUnsafeMutableBytes { bytes in
                pread(
                    file, UnsafeMutableRawBufferPointer(rebasing: bytes[done...]).baseAddress,
                    count - done, Int(offset) + done)
            }
            if read < 0, errno == EINTR { continue }
            guard read >= 0 else { throw .system(path, "cannot be read", errno) }
            guard read > 0 else {
                throw RecordingError(
                    .unavailable, path: path, "the file is shorter than when it was opened")
            }
            done += read
        }
        return bytes
    }

    /// Opens a file for reading. What is no file is refused, and not waited for.
    static func descriptor(of path: String) throws(RecordingError) -> Int32 {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { throw .system(path, "cannot be read", errno) }
        guard case .endless(let word)? = FileKind(descriptor: file) else { return file }
        close(file)
        throw .endless(path, word)
    }

    /// Nil for a folder; what is neither is refused.
    static func inode(of path: String) throws(RecordingError) -> UInt64? {
        var status = stat()
        guard stat(path, &status) == 0 else { throw .system(path, "cannot be read", errno) }
        switch FileKind(path: path) {
        case .endless(let word): throw .endless(path, word)
        case .folder: return nil
        case .file, nil: return UInt64(status.st_ino)
        }
    }

    /// Line ends before a byte.
    static func lines(of path: String, before offset: Int64) throws(RecordingError) -> Int {
        var lines = 0
        var done: Int64 = 0
        while done < offset {
            let count = Int(min(offset - done, 1 << 20))
            lines += DocumentReader.lines(try part(of: path, at: done, count: count))
            done += Int64(count)
        }
        return lines
    }
}
