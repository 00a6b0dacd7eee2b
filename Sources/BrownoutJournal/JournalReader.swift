package import BrownoutRecords
import Foundation
import GRDB

/// Which exchanges to list.
package struct JournalQuery: Sendable, Equatable {
    /// Only exchanges of this session; nil: of all.
    package var session: String?
    /// Only exchanges of this provider; nil: of all.
    package var provider: String?
    /// Only exchanges that this rule decided; nil: that any did, or none.
    package var rule: String?
    /// The phase that held when it was decided about.
    package var phase: String?
    /// The status that went out.
    package var status: Int?
    /// The run that wrote it.
    package var run: Int64?
    /// Only what was written after this sequence: then the first `limit` of them are listed,
    /// else the last.
    package var after: Int64?
    /// The most rows that are read.
    package var limit: Int

    package init(
        session: String? = nil, provider: String? = nil, rule: String? = nil, phase: String? = nil,
        status: Int? = nil, run: Int64? = nil, after: Int64? = nil, limit: Int = 100
    ) {
        self.session = session
        self.provider = provider
        self.rule = rule
        self.phase = phase
        self.status = status
        self.run = run
        self.after = after
        self.limit = limit
    }
}

/// Reads a journal, also while a server writes it or after one was killed. It changes nothing.
///
/// Every call is one consistent snapshot and blocks its thread while SQLite reads.
package final class JournalReader: Sendable {
    private let queue: DatabaseQueue
    let path: String
    private let columns: String
    /// Whether rows say the ids that went out and the runs they are of.
    private let hasRuns: Bool
    /// Whether rows say the phase, and not only their trace.
    private let hasPhases: Bool

    /// Opens an existing journal.
    package init(path: String) throws(JournalError) {
        self.path = path
        try JournalSchema.checkIsFile(path)
        do {
            var configuration = Configuration()
            configuration.readonly = true
            configuration.busyMode = .timeout(2)
            configuration.label = "journal reader"
            let (opened, names) = try Self.open(path, configuration)
            queue = opened
            columns = ExchangeRow.columns(of: names)
            hasRuns = names.contains("run")
            hasPhases = names.contains("phase")
        } catch let error as DatabaseError
            where error.resultCode == .SQLITE_CANTOPEN && JournalAccess(path).isMissing
        {
            throw JournalError(
                code: .missing, path: path, message: "there is no journal here",
                hint: "`brownout serve --journal FILE` writes one")
        } catch {
            throw JournalSchema.translated(error, path: path)
        }
    }

    /// The journal and the columns of its exchanges. Even a reader writes beside a file that may
    /// still be written; where it cannot, a file without a log is read as it is.
    private static func open(
        _ path: String, _ configuration: Configuration
    ) throws -> (DatabaseQueue, [String]) {
        func open(_ name: String) throws -> (DatabaseQueue, [String]) {
            let queue = try DatabaseQueue(path: name, configuration: configuration)
            let names = try queue.read { db in
                try JournalSchema.check(db, path: path, orEmpty: false)
                return try db.columns(in: "exchange").map(\.name)
            }
            return (queue, names)
        }
        do {
            return try open(path)
        } catch let error as DatabaseError
            where [.SQLITE_READONLY, .SQLITE_CANTOPEN].contains(error.resultCode)
        {
            let access = JournalAccess(path)
            guard access.isReadable, !access.hasLog else { throw error }
            return try open(access.unchangingURI)
        }
    }

    /// Closes the file; nothing can be read afterwards.
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
        require(hasPhases ? "phase = ?" : "NULL = ?", query.phase)
        require("status = ?", query.status)
        require(hasRuns ? "run = ?" : "NULL = ?", query.run)
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

    /// All exchanges whose answer had a request id or a ray id, newest first, with their bodies.
    /// `word` is the exchange that such an id is made of, if we made it.
    package func exchanges(
        requestID text: String, word: UInt64?
    ) throws(JournalError) -> [StoredExchange] {
        guard hasRuns else {
            return try word.map { word throws(JournalError) in try exchanges(id: word) } ?? []
        }
        let own = word == nil ? "" : " OR (exchange.id = ? AND exchange.request_id IS NULL)"
        return try fetch(
            selectWhole + " WHERE exchange.request_id = ? OR exchange.ray = ?\(own) "
                + "ORDER BY exchange.sequence DESC",
            [text, text] + (word.map { [Int64(bitPattern: $0)] } ?? []), bodies: true)
    }

    /// The number of exchanges in the journal.
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
