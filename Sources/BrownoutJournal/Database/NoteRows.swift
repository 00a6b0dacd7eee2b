import BrownoutEngine
import BrownoutJSON
import BrownoutRecords
import GRDB

// What the journal keeps besides exchanges, as rows.

extension ActionRecord {
    func insert(into db: Database, of run: Int64) throws {
        let sql = """
            INSERT INTO action (at, action, session, detail, outcome, run) \
            VALUES (?, ?, ?, ?, ?, ?)
            """
        try db.cachedStatement(sql: sql).execute(
            arguments: [at, action, session, detail.text, outcome.rawValue, run])
    }
}

extension ClosedConnection {
    func insert(into db: Database, of run: Int64) throws {
        try db.cachedStatement(
            sql: "INSERT INTO connection_end (connection, at, run) VALUES (?, ?, ?)"
        ).execute(arguments: [connection, at, run])
    }
}

extension OutcomeRecord {
    func insert(into db: Database, of run: Int64) throws {
        let sql = """
            INSERT INTO outcome (at, scenario_time, session, about, subject, outcome, category, \
            retryable, message, run) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """
        try db.cachedStatement(sql: sql).execute(
            arguments: [
                at, scenarioTime, session, subject.word, subject.text, outcome.rawValue,
                category?.rawValue, retryable, message, run,
            ])
    }

    static let columns = """
        at, scenario_time, session, about, subject, outcome, category, retryable, message
        """

    /// Reads the ``columns``; nil where another version has said it in words that are unknown here.
    init?(_ row: Row) throws {
        let about = try row.decode(String.self, atIndex: 3)
        let subject = Subject(about, try row.decode(String?.self, atIndex: 4))
        let outcome = DeclaredOutcome(rawValue: try row.decode(String.self, atIndex: 5))
        guard let subject, let outcome else { return nil }
        self.init(
            at: try row.decode(Int64.self, atIndex: 0),
            scenarioTime: try row.decode(Int64?.self, atIndex: 1),
            session: try row.decode(String.self, atIndex: 2), subject: subject, outcome: outcome,
            category: try row.decode(String?.self, atIndex: 6).flatMap(ErrorCategory.init),
            retryable: try row.decode(Bool?.self, atIndex: 7),
            message: try row.decode(String?.self, atIndex: 8))
    }
}

extension OutcomeRecord.Subject {
    fileprivate var word: String {
        switch self {
        case .call: "call"
        case .exchange: "exchange"
        case .request: "request"
        case .latest: "latest"
        }
    }

    fileprivate var text: String? {
        switch self {
        case .call(let name): name
        case .exchange(let id): id.hex
        case .request(let id): id
        case .latest: nil
        }
    }

    fileprivate init?(_ word: String, _ text: String?) {
        switch (word, text) {
        case ("call", let name?): self = .call(name)
        case ("exchange", let id?):
            guard let id = UInt64(id, radix: 16) else { return nil }
            self = .exchange(id)
        case ("request", let id?): self = .request(id)
        case ("latest", nil): self = .latest
        default: return nil
        }
    }
}
