import Foundation
import GRDB

/// Which exchanges to list.
package struct JournalQuery: Sendable, Equatable {
    package var session: String?
    package var provider: String?
    package var rule: String?
    /// The status that went out.
    package var status: Int?
    /// Only what was written after this sequence: then the first `limit` of them are listed,
    /// else the last.
    package var after: Int64?
    package var limit: Int

    package init(
        session: String? = nil, provider: String? = nil, rule: String? = nil, status: Int? = nil,
        after: Int64? = nil, limit: Int = 100
    ) {
        self.session = session
        self.provider = provider
        self.rule = rule
        self.status = status
        self.after = after
        self.limit = limit
    }
}

/// Reads a journal, also while a server writes it or after one was killed. It changes nothing.
///
/// Every call is one consistent snapshot and blocks its thread while SQLite reads.
package final class JournalReader: Sendable {
    private let queue: DatabaseQueue
    private let path: String
    private let columns: String

    /// Opens an existing journal.
    package init(path: String) throws(JournalError) {
        self.path = path
        try JournalSchema.checkIsFile(path)
        do {
            var configuration = Configuration()
            configuration.readonly = true
            configuration.busyMode = .timeout(2)
            configuration.label = "journal reader"
            queue = try DatabaseQueue(path: path, configuration: configuration)
            columns = try queue.read { db in
                try JournalSchema.check(db, path: path, orEmpty: false)
                let names = try db.columns(in: "exchange").map(\.name)
                return names.contains("source")
                    ? ExchangeRow.columns : ExchangeRow.columnsWithoutSources
            }
        } catch let error as DatabaseError
            where error.resultCode == .SQLITE_CANTOPEN
            && !FileManager.default.fileExists(atPath: path)
        {
            throw JournalError(
                code: .missing, path: path, message: "there is no journal here",
                hint: "`brownout serve --journal FILE` writes one")
        } catch {
            throw JournalSchema.translated(error, path: path)
        }
    }

    package func close() {
        try? queue.close()
    }

    /// Metadata, oldest first, without bodies.
    package func list(_ query: JournalQuery) throws(JournalError) -> [StoredExchange] {
        var conditions: [String] = []
        var values: [(any DatabaseValueConvertible)?] = []
        func require(_ condition: String, _ value: (any DatabaseValueConvertible)?) {
            guard let value else { return }
            conditions.append(condition)
            values.append(value)
        }
        require("session = ?", query.session)
        require("provider = ?", query.provider)
        require("rule = ?", query.rule)
        require("status = ?", query.status)
        require("sequence > ?", query.after)
        values.append(max(0, query.limit))
        let places = conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND ")
        let order = query.after == nil ? "DESC" : "ASC"
        let rows = try fetch(
            "SELECT \(columns) FROM exchange\(places) "
                + "ORDER BY sequence \(order) LIMIT ?",
            values, bodies: false)
        return query.after == nil ? rows.reversed() : rows
    }

    /// What was written after a sequence, oldest first, without bodies.
    package func tail(
        after sequence: Int64, limit: Int = 1_000
    ) throws(JournalError) -> [StoredExchange] {
        try list(JournalQuery(after: sequence, limit: limit))
    }

    /// One exchange with its bodies.
    package func exchange(sequence: Int64) throws(JournalError) -> StoredExchange? {
        try fetch(selectWhole + " WHERE exchange.sequence = ?", [sequence], bodies: true)
            .first
    }

    /// All exchanges with an id, newest first, with their bodies.
    package func exchanges(id: UInt64) throws(JournalError) -> [StoredExchange] {
        try fetch(
            selectWhole + " WHERE exchange.id = ? ORDER BY exchange.sequence DESC",
            [Int64(bitPattern: id)], bodies: true)
    }

    package func count() throws(JournalError) -> Int {
        try reading { db in try Int.fetchOne(db, sql: "SELECT count(*) FROM exchange") ?? 0 }
    }

    /// The newest sequence; 0 in a journal without exchanges.
    package func lastSequence() throws(JournalError) -> Int64 {
        try reading { db in
            try Int64.fetchOne(db, sql: "SELECT max(sequence) FROM exchange") ?? 0
        }
    }

    private var selectWhole: String {
        "SELECT \(columns), body.request, body.response "
            + "FROM exchange LEFT JOIN body ON body.exchange = exchange.sequence"
    }

    private func fetch(
        _ sql: String, _ values: [(any DatabaseValueConvertible)?], bodies: Bool
    ) throws(JournalError) -> [StoredExchange] {
        try reading { db in
            let rows = try Row.fetchCursor(
                db, sql: sql, arguments: StatementArguments(values))
            var found: [StoredExchange] = []
            while let row = try rows.next() {
                found.append(try StoredExchange(row, bodies: bodies))
            }
            return found
        }
    }

    func reading<Value>(
        _ body: (Database) throws -> Value
    ) throws(JournalError) -> Value {
        do {
            return try queue.read(body)
        } catch {
            throw JournalSchema.translated(error, path: path)
        }
    }
}
