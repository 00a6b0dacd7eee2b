import BrownoutEngine
import BrownoutRecords
import Foundation
import GRDB

/// The tables of a store, and the refusal of files that are none.
enum StoreSchema {
    /// "BrRc", in the header of every store.
    static let applicationID: Int32 = 0x4272_5263

    /// Two tables, so that a scan does not read the bodies of answers. Texts are blobs of UTF-8,
    /// because a text of SQLite ends at its first NUL.
    private static let createTables = """
        CREATE TABLE recording (
            row INTEGER PRIMARY KEY,
            id BLOB NOT NULL UNIQUE,
            recorded_at INTEGER NOT NULL,
            provider BLOB NOT NULL,
            dialect TEXT NOT NULL,
            upstream BLOB NOT NULL,
            client BLOB NOT NULL,
            recorder BLOB NOT NULL,
            method BLOB NOT NULL,
            path BLOB NOT NULL,
            query BLOB,
            status INTEGER,
            ending TEXT NOT NULL,
            is_stream INTEGER NOT NULL,
            request_headers BLOB NOT NULL,
            request_body BLOB NOT NULL
        );
        CREATE TABLE answer (
            recording INTEGER PRIMARY KEY REFERENCES recording (row),
            reason BLOB,
            headers BLOB,
            head_at INTEGER,
            ended_at INTEGER NOT NULL,
            chunks BLOB NOT NULL,
            body BLOB NOT NULL
        );
        """

    static let outlineColumns = """
        r.row, r.id, r.recorded_at, r.provider, r.dialect, r.upstream, r.client, r.recorder, \
        r.method, r.path, r.query, r.status, r.ending, r.is_stream, r.request_headers, \
        r.request_body
        """
    static let answerColumns =
        "a.reason, a.headers, a.head_at, a.ended_at, a.chunks, a.body"
    static let joined = "recording r JOIN answer a ON a.recording = r.row"

    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 recordings and answers") { db in
            try db.execute(sql: "PRAGMA application_id = \(applicationID)")
            try db.execute(sql: createTables)
        }
        return migrator
    }

    /// Throws unless the database is a store this version can read, or (when `orEmpty`) holds
    /// nothing at all yet.
    static func check(_ db: Database, path: String, orEmpty: Bool) throws {
        let tables = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") ?? 0
        let application = try Int32.fetchOne(db, sql: "PRAGMA application_id") ?? 0
        if tables == 0, orEmpty { return }
        guard application == applicationID else {
            throw RecordingError(
                .notAStore, path: path, "a SQLite database, but not a store of recordings",
                note: "`brownout recordings pack FILES… --to STORE` makes one")
        }
        if try migrator.hasBeenSuperseded(db) {
            throw RecordingError(
                .newer, path: path, "the store was written by a later version of Brownout")
        }
    }

    static func translated(_ error: any Error, path: String) -> RecordingError {
        if let error = error as? RecordingError { return error }
        guard let error = error as? DatabaseError else {
            return RecordingError(.unavailable, path: path, "\(error)")
        }
        let text = error.message ?? "\(error.resultCode)"
        return switch error.resultCode {
        case .SQLITE_NOTADB, .SQLITE_CORRUPT:
            RecordingError(.notAStore, path: path, "a damaged store: \(text)")
        case .SQLITE_BUSY:
            RecordingError(.busy, path: path, "somebody else writes the store")
        default: RecordingError(.unavailable, path: path, text)
        }
    }
}

extension RecordingOutline {
    /// Reads ``StoreSchema/outlineColumns``.
    init(_ row: Row, path: String) throws(RecordingError) {
        func text(_ column: Int) -> String { String(decoding: row.bytes(column), as: UTF8.self) }
        let number: Int64 = row[0]
        guard let dialect = DialectName(rawValue: row[4]),
            let ending = RecordedEnding(rawValue: row[12]),
            let headers = [HeaderField](packed: row.bytes(14))
        else {
            throw RecordingError(.notAStore, path: path, "row \(number) is damaged")
        }
        let hasQuery = row.hasNull(atIndex: 10) == false
        self.init(
            place: RecordingPlace(offset: number), id: text(1),
            provenance: Provenance(
                recordedAt: row[2], provider: text(3), dialect: dialect, upstream: text(5),
                client: text(6), recorder: text(7)),
            request: RecordedRequest(
                method: text(8), path: text(9), query: hasQuery ? text(10) : nil,
                headers: headers, body: row.bytes(15)),
            status: row[11], ending: ending, isStream: row[13])
    }
}

extension Recording {
    /// Reads ``StoreSchema/outlineColumns`` and ``StoreSchema/answerColumns``.
    init(_ row: Row, path: String) throws(RecordingError) {
        let outline = try RecordingOutline(row, path: path)
        guard let chunks = [RecordedChunk](packed: row.bytes(20)),
            let headers = [HeaderField](packed: row.bytes(17))
        else {
            throw RecordingError(
                .notAStore, path: path, "row \(outline.place.offset) is damaged")
        }
        let head = outline.status.map { status in
            RecordedHead(
                status: status, reason: String(decoding: row.bytes(16), as: UTF8.self),
                headers: headers, at: row[18] ?? 0)
        }
        self.init(
            id: outline.id, provenance: outline.provenance, request: outline.request,
            response: RecordedResponse(
                head: head, body: row.bytes(21), chunks: chunks, ending: outline.ending,
                endedAt: row[19]))
    }

    var row: StatementArguments {
        [
            Data(id.utf8), provenance.recordedAt, Data(provenance.provider.utf8),
            provenance.dialect.rawValue, Data(provenance.upstream.utf8),
            Data(provenance.client.utf8), Data(provenance.recorder.utf8),
            Data(request.method.utf8), Data(request.path.utf8),
            request.query.map { Data($0.utf8) }, response.head?.status, response.ending.rawValue,
            form != nil, Data(request.headers.packed), Data(request.body),
        ]
    }

    func answer(row: Int64) -> StatementArguments {
        [
            row, response.head.map { Data($0.reason.utf8) },
            response.head.map { Data($0.headers.packed) }, response.head?.at, response.endedAt,
            Data(response.chunks.packed), Data(response.body),
        ]
    }
}

extension Row {
    /// The bytes of a column; none where it is null.
    fileprivate func bytes(_ column: Int) -> [UInt8] {
        let data: Data? = self[column]
        return data.map { [UInt8]($0) } ?? []
    }
}
