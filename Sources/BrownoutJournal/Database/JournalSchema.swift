import Foundation
import GRDB

/// The tables of a journal, their versions, and the refusal of files that are not journals.
enum JournalSchema {
    /// "Brwn", in the header of every journal: a database of something else is left alone.
    static let applicationID: Int32 = 0x4272_776E

    /// Two tables, so that a scan of metadata does not read bodies. `exchange` has no index
    /// beside its rowid: an index on `id`, whose values are spread evenly, would touch a random
    /// page for every insert, which costs more than all the rest of it, while a scan for an id
    /// reads only the head of each row and is asked for by a person, once.
    /// `trace` and `plan` come last for the same reason: SQLite reads a row from its start.
    static let createTables = """
        CREATE TABLE exchange (
            sequence INTEGER PRIMARY KEY,
            id INTEGER NOT NULL,
            started_at INTEGER NOT NULL,
            session TEXT NOT NULL,
            call_key TEXT NOT NULL,
            call_source TEXT NOT NULL,
            attempt INTEGER NOT NULL,
            ordinal INTEGER NOT NULL,
            retry_count INTEGER,
            provider TEXT NOT NULL,
            dialect TEXT NOT NULL,
            endpoint TEXT NOT NULL,
            model TEXT NOT NULL,
            stream INTEGER NOT NULL,
            method TEXT NOT NULL,
            path TEXT NOT NULL,
            client TEXT NOT NULL,
            key_digest INTEGER,
            user_agent TEXT NOT NULL,
            rule TEXT,
            fault TEXT,
            cause TEXT,
            category TEXT,
            retryable INTEGER,
            retry_after TEXT,
            planned_status INTEGER,
            status INTEGER,
            injected INTEGER,
            planned_first_byte INTEGER,
            first_byte INTEGER,
            planned_last_byte INTEGER,
            last_byte INTEGER,
            planned_bytes INTEGER,
            bytes_sent INTEGER NOT NULL,
            bytes_acknowledged INTEGER,
            ending TEXT NOT NULL,
            client_left INTEGER,
            prompt_tokens INTEGER,
            completion_tokens INTEGER,
            note TEXT,
            request_bytes INTEGER NOT NULL,
            response_bytes INTEGER NOT NULL,
            trace TEXT NOT NULL,
            plan TEXT NOT NULL
        );
        CREATE TABLE body (
            exchange INTEGER PRIMARY KEY REFERENCES exchange (sequence),
            request BLOB,
            response BLOB
        );
        """

    /// What was done to the server while it ran; `detail` is JSON.
    static let createActions = """
        CREATE TABLE action (
            sequence INTEGER PRIMARY KEY,
            at INTEGER NOT NULL,
            action TEXT NOT NULL,
            session TEXT,
            detail TEXT NOT NULL,
            outcome TEXT NOT NULL
        );
        """

    /// Starts of servers, which rows name; the ids that others made for answers.
    static let createRuns = """
        CREATE TABLE run (
            run INTEGER PRIMARY KEY,
            started_at INTEGER NOT NULL,
            scenario TEXT NOT NULL,
            seed TEXT NOT NULL
        );
        ALTER TABLE exchange ADD COLUMN request_id TEXT;
        ALTER TABLE exchange ADD COLUMN ray TEXT;
        ALTER TABLE exchange ADD COLUMN run INTEGER;
        ALTER TABLE action ADD COLUMN run INTEGER;
        """

    /// What a judgement of a client rests on besides. `scenario_time` is in microseconds since the
    /// server began, `promises`, `tool_results` and `tool_calls` are JSON, `idempotency_key` and `invocation` are digests.
    static let addEvidence = """
        ALTER TABLE exchange ADD COLUMN scenario_time INTEGER;
        ALTER TABLE exchange ADD COLUMN connection INTEGER;
        ALTER TABLE exchange ADD COLUMN protocol TEXT;
        ALTER TABLE exchange ADD COLUMN trace_id TEXT;
        ALTER TABLE exchange ADD COLUMN idempotency_key INTEGER;
        ALTER TABLE exchange ADD COLUMN invocation INTEGER;
        ALTER TABLE exchange ADD COLUMN phase TEXT;
        ALTER TABLE exchange ADD COLUMN promises TEXT;
        ALTER TABLE exchange ADD COLUMN should_retry INTEGER;
        ALTER TABLE exchange ADD COLUMN head_sent INTEGER;
        ALTER TABLE exchange ADD COLUMN cached_tokens INTEGER;
        ALTER TABLE exchange ADD COLUMN cache_write_tokens INTEGER;
        ALTER TABLE exchange ADD COLUMN thinking_tokens INTEGER;
        ALTER TABLE exchange ADD COLUMN finish_reason_sent INTEGER;
        ALTER TABLE exchange ADD COLUMN prompt_digest INTEGER;
        ALTER TABLE exchange ADD COLUMN tool_results TEXT;
        ALTER TABLE exchange ADD COLUMN tool_calls TEXT;
        """

    /// What clients said of their calls, and when connections ended. `about` says what `subject` is.
    static let createOutcomes = """
        CREATE TABLE outcome (
            sequence INTEGER PRIMARY KEY,
            at INTEGER NOT NULL,
            scenario_time INTEGER,
            session TEXT NOT NULL,
            about TEXT NOT NULL,
            subject TEXT,
            outcome TEXT NOT NULL,
            category TEXT,
            retryable INTEGER,
            message TEXT,
            run INTEGER
        );
        CREATE TABLE connection_end (
            sequence INTEGER PRIMARY KEY,
            connection INTEGER NOT NULL,
            at INTEGER NOT NULL,
            run INTEGER
        );
        ALTER TABLE exchange ADD COLUMN user_digest INTEGER;
        ALTER TABLE exchange ADD COLUMN expected INTEGER;
        ALTER TABLE exchange ADD COLUMN first_token INTEGER;
        """

    /// The versions of the schema, one on top of the other.
    private static let versions: [(name: String, sql: String)] = [
        (
            "1 exchanges and bodies",
            "PRAGMA application_id = \(applicationID); \(createTables)"
        ),
        ("2 actions", createActions),
        (
            "3 sources",
            """
            ALTER TABLE exchange ADD COLUMN source TEXT;
            ALTER TABLE exchange ADD COLUMN recording TEXT
            """
        ),
        ("4 runs and request ids", createRuns),
        ("5 evidence", addEvidence),
        ("6 outcomes and ends of connections", createOutcomes),
    ]

    /// Makes what is missing. To be called within a transaction that nobody else can write in:
    /// of two servers that begin a journal together, the second must find what the first has made.
    static func complete(_ db: Database) throws {
        try db.execute(
            sql: "CREATE TABLE IF NOT EXISTS grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY)"
        )
        let known = try applied(db)
        for version in versions where !known.contains(version.name) {
            try db.execute(sql: version.sql)
            try db.execute(
                sql: "INSERT INTO grdb_migrations VALUES (?)", arguments: [version.name])
        }
    }

    private static func applied(_ db: Database) throws -> [String] {
        guard try db.tableExists("grdb_migrations") else { return [] }
        return try String.fetchAll(db, sql: "SELECT identifier FROM grdb_migrations")
    }

    /// SQLite waits for the other end of a FIFO, and has nothing to say of what is no file.
    static func checkIsFile(_ path: String) throws(JournalError) {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG else { return }
        throw JournalError(
            code: .unavailable, path: path,
            message: status.st_mode & S_IFMT == S_IFDIR
                ? "a journal is a file, and this is a folder"
                : "a journal is a file, and this is none")
    }

    /// Throws unless the database is a journal this version can read, or (when `orEmpty`) holds
    /// nothing at all yet.
    static func check(_ db: Database, path: String, orEmpty: Bool) throws {
        let tables = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") ?? 0
        let application = try Int32.fetchOne(db, sql: "PRAGMA application_id") ?? 0
        if tables == 0 {
            if orEmpty { return }
            throw JournalError(
                code: .notAJournal, path: path, message: "the journal is empty",
                hint: "a server writes its tables when it starts")
        }
        guard application == applicationID else {
            throw JournalError(
                code: .notAJournal, path: path,
                message: "a SQLite database, but not a Brownout journal",
                hint: "name another file; this one was left as it is")
        }
        let known = versions.map(\.name)
        if try applied(db).contains(where: { !known.contains($0) }) {
            throw JournalError(
                code: .newerSchema, path: path,
                message: "the journal was written by a later version of Brownout",
                hint: "read it with that version, or name another file")
        }
    }

    /// What SQLite said, as an error of the journal.
    static func translated(_ error: any Error, path: String) -> JournalError {
        if let error = error as? JournalError { return error }
        guard let error = error as? DatabaseError else {
            return JournalError(code: .unavailable, path: path, message: "\(error)")
        }
        let text = error.message ?? "\(error.resultCode)"
        if error.resultCode == .SQLITE_CANTOPEN || error.resultCode == .SQLITE_READONLY
            || error.resultCode == .SQLITE_IOERR || error.resultCode == .SQLITE_PERM,
            let refusal = JournalAccess(path).refusal
        {
            return JournalError(
                code: .unavailable, path: path, message: refusal.message, hint: refusal.hint)
        }
        switch error.resultCode {
        case .SQLITE_NOTADB:
            return JournalError(
                code: .notADatabase, path: path, message: "not a journal: \(text)")
        case .SQLITE_CORRUPT:
            return JournalError(
                code: .notADatabase, path: path, message: "a damaged journal: \(text)")
        default:
            return JournalError(code: .unavailable, path: path, message: text)
        }
    }
}
