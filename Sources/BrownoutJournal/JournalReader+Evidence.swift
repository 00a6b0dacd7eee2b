import BrownoutEngine
package import BrownoutRecords
import BrownoutRedaction
import GRDB

extension JournalReader {
    /// Hands over what verdicts need of each exchange, oldest first, with its sequence: of its
    /// texts, its plan and its bodies it has no more than that. Only those of a session and of a run
    /// are read, where one is named, and those that were written after a sequence.
    package func forEachEvidence(
        session: String? = nil, run: Int64? = nil, after: Int64 = 0,
        _ take: (Int64, consuming ExchangeRecord) -> Void
    ) throws(JournalError) {
        try reading { db in
            let known = try db.columns(in: "exchange").map(\.name)
            let columns = EvidenceRow.names.map { known.contains($0) ? $0 : "NULL" }
            var places = ["sequence > ?"]
            var values: [any DatabaseValueConvertible] = [after]
            if let session {
                places.append("session = ?")
                values.append(session)
            }
            if let run {
                places.append(known.contains("run") ? "run = ?" : "NULL = ?")
                values.append(run)
            }
            let statement = try db.makeStatement(
                sql: "SELECT \(columns.joined(separator: ", ")) FROM exchange "
                    + "WHERE \(places.joined(separator: " AND ")) ORDER BY sequence")
            statement.arguments = StatementArguments(values)
            var row = UnsafeRowReader(statement)
            var traces = TraceMemory()
            while try row.next(db) {
                let (sequence, record) = EvidenceRow.record(&row, &traces)
                take(sequence, record)
            }
        }
    }

    /// What clients said of their calls, oldest first; nothing in a journal of an earlier version.
    package func outcomes(
        session: String? = nil, run: Int64? = nil
    ) throws(JournalError) -> [OutcomeRecord] {
        try reading { db in
            guard try db.tableExists("outcome") else { return [] }
            let rows = try Row.fetchCursor(
                db,
                sql: """
                    SELECT \(OutcomeRecord.columns) FROM outcome \
                    WHERE (?1 IS NULL OR session = ?1) AND (?2 IS NULL OR run = ?2) \
                    ORDER BY sequence
                    """, arguments: [session, run])
            var found: [OutcomeRecord] = []
            while let row = try rows.next() {
                if let outcome = try OutcomeRecord(row) { found.append(outcome) }
            }
            return found
        }
    }

    /// When connections ended, oldest first; nothing in a journal of an earlier version.
    package func connectionEnds(run: Int64? = nil) throws(JournalError) -> [ClosedConnection] {
        try reading { db in
            guard try db.tableExists("connection_end") else { return [] }
            let rows = try Row.fetchCursor(
                db,
                sql: """
                    SELECT connection, at FROM connection_end \
                    WHERE ?1 IS NULL OR run = ?1 ORDER BY sequence
                    """, arguments: [run])
            var found: [ClosedConnection] = []
            while let row = try rows.next() {
                found.append(
                    ClosedConnection(
                        connection: try row.decode(Int.self, atIndex: 0),
                        at: try row.decode(Int64.self, atIndex: 1)))
            }
            return found
        }
    }

    /// The session of the newest exchange of a call that a client names: by `x-brownout-call`, or by
    /// `Idempotency-Key`; nil: there is none.
    package func session(
        ofCall name: String, in session: String?, run: Int64?
    ) throws(JournalError) -> String? {
        try newest(
            "(call_source = 'header' AND call_key = ?3) OR idempotency_key = ?4", in: session, run,
            [name.redacted, Int64(bitPattern: SipHash.word(name))]
        )?.session
    }

    /// The newest exchange whose answer had a request id, and its session; nil: there is none.
    /// `word` is the exchange that the id is made of, if we made it.
    package func exchange(
        requestID text: String, word: UInt64?, in session: String?, run: Int64?
    ) throws(JournalError) -> (id: UInt64, session: String)? {
        try newest(
            "request_id = ?3 OR ray = ?3 OR (id = ?4 AND request_id IS NULL)", in: session, run,
            [text.redacted, word.map { Int64(bitPattern: $0) }])
    }

    private func newest(
        _ condition: String, in session: String?, _ run: Int64?,
        _ values: [(any DatabaseValueConvertible)?]
    ) throws(JournalError) -> (id: UInt64, session: String)? {
        try reading { db in
            let row = try Row.fetchOne(
                db,
                sql: """
                    SELECT id, session FROM exchange \
                    WHERE (?1 IS NULL OR session = ?1) AND (?2 IS NULL OR run = ?2) \
                    AND (\(condition)) ORDER BY sequence DESC LIMIT 1
                    """,
                arguments: StatementArguments([session, run] + values))
            return try row.map { row in
                (
                    UInt64(bitPattern: try row.decode(Int64.self, atIndex: 0)),
                    try row.decode(String.self, atIndex: 1)
                )
            }
        }
    }
}
