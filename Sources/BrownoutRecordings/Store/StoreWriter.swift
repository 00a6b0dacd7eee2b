package import BrownoutRecords
import Foundation
import GRDB

/// Puts recordings into a store, all or none: what stood at the path stays until all are in.
package final class StoreWriter: RecordingSink {
    private let path: String
    /// What is written: a new file beside the store, or the store itself, in a transaction.
    private let workPath: String
    private let queue: DatabaseQueue

    /// Opens a store, or makes one where there is none.
    package init(path: String) throws(RecordingError) {
        self.path = path
        let isNew = !FileManager.default.fileExists(atPath: path)
        workPath = isNew ? "\(path).\(ProcessInfo.processInfo.processIdentifier).new" : path
        do {
            if !isNew, try RecordingArchives.kind(of: path) != .store {
                throw RecordingError(
                    .notAStore, path: path, "not a store of recordings; it was left as it is")
            }
            var configuration = Configuration()
            configuration.busyMode = .timeout(2)
            configuration.foreignKeysEnabled = false
            // One transaction over many calls.
            configuration.allowsUnsafeTransactions = true
            configuration.label = "recordings"
            queue = try DatabaseQueue(path: workPath, configuration: configuration)
            try queue.writeWithoutTransaction { db in
                try StoreSchema.check(db, path: path, orEmpty: true)
                try db.execute(sql: "PRAGMA page_size = 8192")
                // What was pruned is overwritten, not only forgotten.
                try db.execute(sql: "PRAGMA secure_delete = ON")
            }
            try StoreSchema.migrator.migrate(queue)
            try queue.writeWithoutTransaction { db in
                try db.execute(sql: "BEGIN IMMEDIATE")
            }
        } catch {
            if isNew { try? FileManager.default.removeItem(atPath: workPath) }
            throw StoreSchema.translated(error, path: path)
        }
    }

    deinit {
        // Where it was not finished, nothing has happened.
        try? queue.close()
        if workPath != path { try? FileManager.default.removeItem(atPath: workPath) }
    }

    /// Adds a recording at the end.
    package func append(_ recording: Recording) throws(RecordingError) {
        let insert = """
            INSERT INTO recording (id, recorded_at, provider, dialect, upstream, client, recorder, \
            method, path, query, status, ending, is_stream, request_headers, request_body) \
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """
        do {
            try queue.writeWithoutTransaction { db in
                try db.cachedStatement(sql: insert).execute(arguments: recording.row)
                let row = db.lastInsertedRowID
                try db.cachedStatement(sql: "INSERT INTO answer VALUES (?, ?, ?, ?, ?, ?, ?)")
                    .execute(arguments: recording.answer(row: row))
            }
        } catch let error as DatabaseError where error.resultCode == .SQLITE_CONSTRAINT {
            throw RecordingError(
                .duplicate, path: path, "the id '\(recording.id)' occurs twice",
                note: "ids are unique in a store")
        } catch {
            throw StoreSchema.translated(error, path: path)
        }
    }

    /// Takes rows out.
    package func remove(_ rows: [Int64]) throws(RecordingError) {
        do {
            try queue.writeWithoutTransaction { db in
                let recording = try db.cachedStatement(sql: "DELETE FROM recording WHERE row = ?")
                let answer = try db.cachedStatement(sql: "DELETE FROM answer WHERE recording = ?")
                for row in rows {
                    try recording.execute(arguments: [row])
                    try answer.execute(arguments: [row])
                }
            }
        } catch {
            throw StoreSchema.translated(error, path: path)
        }
    }

    /// Puts in force what was done.
    package func finish() throws(RecordingError) {
        do {
            try queue.writeWithoutTransaction { db in
                try db.execute(sql: "COMMIT")
                // The file gives back what nothing needs.
                if workPath == path { try db.execute(sql: "VACUUM") }
            }
            try queue.close()
            if workPath != path, rename(workPath, path) != 0 {
                throw RecordingError.system(path, "cannot be written", errno)
            }
        } catch {
            throw StoreSchema.translated(error, path: path)
        }
    }
}
