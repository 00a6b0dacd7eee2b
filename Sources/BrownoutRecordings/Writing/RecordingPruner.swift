import BrownoutEngine
import BrownoutRecords
import Foundation

/// Takes recordings out of a file, a folder or a store. What stays is left as it was written, and
/// each file is replaced at once.
package enum RecordingPruner {
    /// Takes out those that `isDropped` is true of; `gone` is told of each before it goes. With
    /// `isDryRun` nothing is changed.
    ///
    /// Returns how many went. A file that a recorder writes is refused; a file of a folder in
    /// which nothing is left is removed.
    package static func prune(
        _ path: String, isDryRun: Bool, isDropped: (RecordingOutline) throws -> Bool,
        gone: (RecordingOutline) -> Void
    ) throws -> Int {
        let kind = try RecordingArchives.kind(of: path)
        guard kind != .store else {
            return try store(path, isDryRun, isDropped, gone)
        }
        let files = try RecordingFiles(path: path, isFolder: kind == .folder)
        // All is looked at before anything is changed, so that a broken file changes nothing.
        var dropped: [Int32: Set<Int64>] = [:]
        var count = 0
        try files.scan { outline in
            guard try isDropped(outline) else { return }
            dropped[outline.place.file, default: []].insert(outline.place.offset)
            count += 1
            gone(outline)
        }
        if isDryRun { return count }
        for index in dropped.keys.sorted() {
            try rewrite(
                files.paths[Int(index)], without: dropped[index] ?? [],
                isRemovable: kind == .folder)
        }
        return count
    }

    private static func rewrite(
        _ path: String, without dropped: Set<Int64>, isRemovable: Bool
    ) throws(RecordingError) {
        let old = try OpenFile(path: path, flags: O_RDWR)
        guard old.lock(), old.isAtItsPath else {
            throw RecordingError(
                .busy, path: path, "a recorder writes this file", note: "stop it first")
        }
        let new = try NewRecordingFile(path: path, replacing: true)
        var kept = 0
        var reader = try DocumentReader(path: path)
        while let document = try reader.next() {
            guard !dropped.contains(document.offset) else { continue }
            if kept == 0, document.firstLine > 1 {
                // What stands above the first recording stays.
                let first = try FileBytes.prologue(of: path)
                try new.append(document: first)
            }
            kept += 1
            try new.append(document: document.bytes)
        }
        if kept == 0, isRemovable {
            guard unlink(path) == 0 else { throw .system(path, "cannot be removed", errno) }
        } else {
            try new.finish()
        }
    }

    private static func store(
        _ path: String, _ isDryRun: Bool, _ isDropped: (RecordingOutline) throws -> Bool,
        _ gone: (RecordingOutline) -> Void
    ) throws -> Int {
        var rows: [Int64] = []
        try RecordingStore(path: path).scan { outline in
            guard try isDropped(outline) else { return }
            rows.append(outline.place.offset)
            gone(outline)
        }
        guard !isDryRun, !rows.isEmpty else { return rows.count }
        let writer = try StoreWriter(path: path)
        try writer.remove(rows)
        try writer.finish()
        return rows.count
    }
}

extension FileBytes {
    /// What stands before the first document.
    static func prologue(of path: String) throws(RecordingError) -> [UInt8] {
        var reader = try DocumentReader(path: path)
        guard let first = try reader.next(), first.offset > 0 else { return [] }
        return try part(of: path, at: 0, count: Int(first.offset))
    }
}
