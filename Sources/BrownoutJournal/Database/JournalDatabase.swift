import BrownoutJSON
import BrownoutRecords
import Foundation
import GRDB

/// The writer's connection: opened, checked, migrated, and only used by the writer's thread.
struct JournalDatabase: Sendable {
    private let queue: DatabaseQueue
    private let path: String
    /// The number of this start of a server.
    let run: Int64

    init(
        path: String, limits: JournalLimits, run start: JournalRunStart = JournalRunStart()
    ) throws(JournalError) {
        self.path = path
        try JournalSchema.checkIsFile(path)
        do {
            var configuration = Configuration()
            let wait = limits.lockWait.components
            configuration.busyMode = .timeout(
                Double(wait.seconds) + Double(wait.attoseconds) / 1e18)
            // A body's row is written with its exchange's, in one transaction, by this type only.
            configuration.foreignKeysEnabled = false
            configuration.label = "journal"
            queue = try Self.patiently(limits.patience) {
                try DatabaseQueue(path: path, configuration: configuration)
            }
            run = try Self.patiently(limits.patience) { [queue] in
                try queue.writeWithoutTransaction { db in
                    // Before anything is changed: the file may be somebody else's.
                    try JournalSchema.check(db, path: path, orEmpty: true)
                    try Self.prepare(db, path: path, limits: limits)
                    return try Self.begin(start, db, path: path)
                }
            }
        } catch {
            throw JournalSchema.translated(error, path: path)
        }
    }

    /// Makes the tables that are missing, and a run's row. Another server may begin the same
    /// journal now: one of the two waits here, and looks again when it is let in.
    private static func begin(
        _ start: JournalRunStart, _ db: Database, path: String
    ) throws -> Int64 {
        var run: Int64 = 0
        try db.inTransaction(.immediate) {
            try JournalSchema.check(db, path: path, orEmpty: true)
            try JournalSchema.complete(db)
            run = try start.insert(
                into: db, at: Int64(Date().timeIntervalSince1970 * 1_000_000))
            return .commit
        }
        return run
    }

    /// Tries again while another process holds the file: SQLite does not wait by itself when the
    /// log is begun.
    private static func patiently<Value>(
        _ patience: Duration, _ body: () throws -> Value
    ) throws -> Value {
        let clock = ContinuousClock()
        let end = clock.now + patience
        while true {
            do {
                return try body()
            } catch let error as DatabaseError
                where [.SQLITE_BUSY, .SQLITE_LOCKED].contains(error.resultCode) && clock.now < end
            {
                Thread.sleep(forTimeInterval: 0.01)
            }
        }
    }

    private static func prepare(_ db: Database, path: String, limits: JournalLimits) throws {
        // Before the log is. SQLite makes two calls for each page it logs and two for each it folds
        // in: with its own size 1.6 for a row with bodies, with this one 0.4. A file that exists
        // keeps the size it has.
        try db.execute(sql: "PRAGMA page_size = 16384")
        guard try String.fetchOne(db, sql: "PRAGMA journal_mode = WAL") == "wal" else {
            throw JournalError(
                code: .unavailable, path: path,
                message: "this file system cannot hold a write-ahead log")
        }
        // A commit is in the kernel's hands when it returns, so it outlives the process; only a
        // crash of the machine may take the last commits, never the file's integrity.
        try db.execute(sql: "PRAGMA synchronous = NORMAL")
        // A checkpoint waits for the disk with the rows that came meanwhile. Twice the bytes of
        // SQLite's default make a fifth more rows a second and keep this wait below 50 ms. A log
        // that a long read let grow is cut back afterwards.
        try db.execute(sql: "PRAGMA wal_autocheckpoint = 500")
        try db.execute(sql: "PRAGMA journal_size_limit = 67108864")
        if let bytes = limits.fileBytes {
            let page = try Int.fetchOne(db, sql: "PRAGMA page_size") ?? 4_096
            try db.execute(sql: "PRAGMA max_page_count = \(max(1, bytes / page))")
        }
    }

    /// Writes a chunk in one transaction, all or nothing.
    func insert(
        _ chunk: borrowing RowQueue.Chunk, with inserter: inout RowInserter
    ) throws(JournalError) {
        do {
            try queue.writeWithoutTransaction { db in
                let exchange = try db.cachedStatement(sql: ExchangeRow.insert)
                let body = try db.cachedStatement(sql: ExchangeRow.insertBody)
                try db.inTransaction(.immediate) {
                    try inserter.insert(
                        chunk.rows, of: run, exchange: exchange, body: body, into: db)
                    for action in chunk.actions { try action.insert(into: db, of: run) }
                    for outcome in chunk.outcomes { try outcome.insert(into: db, of: run) }
                    for end in chunk.ends { try end.insert(into: db, of: run) }
                    return .commit
                }
            }
        } catch {
            if (error as? DatabaseError)?.resultCode == .SQLITE_FULL { reuseLog() }
            throw JournalSchema.translated(error, path: path)
        }
    }

    /// It may be the log that fills the disk, and a checkpoint, after which it begins anew, comes
    /// only with a commit.
    private func reuseLog() {
        try? queue.writeWithoutTransaction { db in
            _ = try db.checkpoint(.passive)
        }
    }

    /// Folds the log into the database file, where that is possible, and closes. `folding` is false
    /// where the file is not ours any more.
    func close(folding: Bool) {
        guard folding else {
            // Its last act would be to fold the log into a file that is somebody else's by now: it
            // stays open until the process ends.
            _ = Unmanaged.passRetained(queue)
            return
        }
        // A reader may hold an old snapshot: then the log stays beside the file and is complete.
        try? queue.writeWithoutTransaction { db in
            _ = try db.checkpoint(.truncate)
        }
        try? queue.close()
    }
}

/// Puts records into the two tables.
struct RowInserter: ~Copyable {
    private var binder = UnsafeRowBinder()

    init() {}

    mutating func insert(
        _ rows: borrowing [ExchangeRecord], of run: Int64, exchange: Statement,
        body: Statement, into db: Database
    ) throws {
        for index in rows.indices {
            let texts = RowTexts(of: rows[index])
            binder.begin(exchange, reserving: rows[index].textBytes + texts.count)
            rows[index].bind(to: &binder, texts)
            binder.bind(run)
            try binder.step(db)
            if rows[index].requestBody.isEmpty, rows[index].responseBody.isEmpty { continue }
            binder.begin(body, reserving: 0)
            binder.bind(db.lastInsertedRowID)
            try rows[index].requestBody.withUnsafeBufferPointer { request in
                try rows[index].responseBody.withUnsafeBufferPointer { response in
                    binder.bind(borrowed: request)
                    binder.bind(borrowed: response)
                    try binder.step(db)
                }
            }
        }
    }
}
