import BrownoutJSON
import BrownoutRecords
import GRDB

extension JournalReader {
    /// What was done to the server: the last `limit`, or the first of them after a sequence;
    /// oldest first. A journal of an earlier version has none.
    package func actions(
        after: Int64? = nil, run: Int64? = nil, limit: Int = 1_000
    ) throws(JournalError) -> [StoredAction] {
        try reading { db in
            guard try db.tableExists("action") else { return [] }
            let hasRuns = try db.columns(in: "action").contains { $0.name == "run" }
            var places: [String] = []
            var values: [any DatabaseValueConvertible] = []
            if let after {
                places.append("sequence > ?")
                values.append(after)
            }
            if let run {
                places.append(hasRuns ? "run = ?" : "NULL = ?")
                values.append(run)
            }
            let place = places.isEmpty ? "" : "WHERE " + places.joined(separator: " AND ")
            let order = after == nil ? "DESC" : "ASC"
            values.append(limit)
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT sequence, at, action, session, detail, outcome, \
                    \(hasRuns ? "run" : "NULL") FROM action \(place) \
                    ORDER BY sequence \(order) LIMIT ?
                    """, arguments: StatementArguments(values))
            let found = try rows.map { try StoredAction($0) }
            return after == nil ? found.reversed() : found
        }
    }
}

extension StoredAction {
    fileprivate init(_ row: Row) throws {
        let detail = try row.decode(String.self, atIndex: 4)
        let outcome = try row.decode(String.self, atIndex: 5)
        self.init(
            sequence: try row.decode(Int64.self, atIndex: 0),
            run: try row.decode(Int64?.self, atIndex: 6),
            record: ActionRecord(
                at: try row.decode(Int64.self, atIndex: 1),
                action: try row.decode(String.self, atIndex: 2),
                session: try row.decode(String?.self, atIndex: 3),
                detail: (try? JSON.parse(detail)) ?? .string(detail),
                outcome: ActionRecord.Outcome(rawValue: outcome) ?? .done))
    }
}
