package import BrownoutRecords
import BrownoutYAML
import Foundation
import GRDB

/// Recordings in a SQLite database, for large sets: one is found by its row or id, whatever
/// their number.
///
/// The journal's mode is SQLite's own (`DELETE`), not a write-ahead log: a store is written by one
/// command and then only read, also from folders that nobody can write.
package final class RecordingStore: RecordingArchive {
    private let queue: DatabaseQueue
    private let path: String

    /// Opens an existing store for reading.
    package init(path: String) throws(RecordingError) {
        self.path = path
        do {
            var configuration = Configuration()
            configuration.readonly = true
            configuration.busyMode = .timeout(2)
            configuration.label = "recordings"
            queue = try DatabaseQueue(path: path, configuration: configuration)
            try queue.read { db in
                try StoreSchema.check(db, path: path, orEmpty: false)
            }
        } catch {
            throw StoreSchema.translated(error, path: path)
        }
    }

    /// Reads outlines in the order of their rows, which is the order they were added in. Throws
    /// ``RecordingError`` where a row cannot be read.
    package func scan(_ visit: (RecordingOutline) throws -> Void) throws {
        try reading { db in
            let sql = "SELECT \(StoreSchema.outlineColumns) FROM recording r ORDER BY r.row"
            let rows = try Row.fetchCursor(db, sql: sql)
            while let row = try rows.next() { try visit(RecordingOutline(row, path: path)) }
        }
    }

    /// Reads whole recordings in the order of their rows, one at a time.
    package func each(_ visit: (RecordingPlace, Recording) throws -> Void) throws {
        try reading { db in
            let rows = try Row.fetchCursor(db, sql: select("ORDER BY r.row"))
            while let row = try rows.next() {
                try visit(RecordingPlace(offset: row[0]), Recording(row, path: path))
            }
        }
    }

    /// Reads the row of a place. Throws ``RecordingError/Code/unavailable`` where it is gone.
    package func load(_ place: RecordingPlace) throws -> Recording {
        let recording = try one("WHERE r.row = ?", place.offset)
        guard let recording else {
            throw RecordingError(
                .unavailable, path: path, "row \(place.offset) is not there any more")
        }
        return recording
    }

    /// Looks the id up in the store's index. Throws ``RecordingError/Code/unknownID`` where no row
    /// has it.
    package func load(id: String) throws -> Recording {
        let recording = try one("WHERE r.id = ?", Data(id.utf8))
        guard let recording else { throw RecordingError.unknown(id, in: path) }
        return recording
    }

    /// The store's path and the row: `STORE, row 12`.
    package func description(of place: RecordingPlace) -> String {
        "\(path), row \(place.offset)"
    }

    private func one(
        _ condition: String, _ argument: any DatabaseValueConvertible
    ) throws -> Recording? {
        try reading { db in
            let statement = try db.cachedStatement(sql: select(condition))
            guard let row = try Row.fetchOne(statement, arguments: [argument]) else { return nil }
            return try Recording(row, path: path)
        }
    }

    private func select(_ rest: String) -> String {
        "SELECT \(StoreSchema.outlineColumns), \(StoreSchema.answerColumns) "
            + "FROM \(StoreSchema.joined) \(rest)"
    }

    private func reading<Value>(_ body: (Database) throws -> Value) throws -> Value {
        do {
            return try queue.read(body)
        } catch let error as DatabaseError {
            throw StoreSchema.translated(error, path: path)
        }
    }
}
