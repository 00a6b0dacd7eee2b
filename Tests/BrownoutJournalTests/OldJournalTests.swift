import BrownoutEngine
import BrownoutJSON
import BrownoutJournal
import BrownoutRecords
import Foundation
import GRDB
import Testing

/// Journals as each version of the schema made them, by its own SQL.
@Suite struct OldJournalTests {
    private static let versions = [
        (
            "1 exchanges and bodies",
            """
            PRAGMA application_id = \(0x4272_776E);
            CREATE TABLE exchange (
                sequence INTEGER PRIMARY KEY, id INTEGER NOT NULL, started_at INTEGER NOT NULL,
                session TEXT NOT NULL, call_key TEXT NOT NULL, call_source TEXT NOT NULL,
                attempt INTEGER NOT NULL, ordinal INTEGER NOT NULL, retry_count INTEGER,
                provider TEXT NOT NULL, dialect TEXT NOT NULL, endpoint TEXT NOT NULL,
                model TEXT NOT NULL, stream INTEGER NOT NULL, method TEXT NOT NULL,
                path TEXT NOT NULL, client TEXT NOT NULL, key_digest INTEGER,
                user_agent TEXT NOT NULL, rule TEXT, fault TEXT, cause TEXT, category TEXT,
                retryable INTEGER, retry_after TEXT, planned_status INTEGER, status INTEGER,
                injected INTEGER, planned_first_byte INTEGER, first_byte INTEGER,
                planned_last_byte INTEGER, last_byte INTEGER, planned_bytes INTEGER,
                bytes_sent INTEGER NOT NULL, bytes_acknowledged INTEGER, ending TEXT NOT NULL,
                client_left INTEGER, prompt_tokens INTEGER, completion_tokens INTEGER, note TEXT,
                request_bytes INTEGER NOT NULL, response_bytes INTEGER NOT NULL,
                trace TEXT NOT NULL, plan TEXT NOT NULL);
            CREATE TABLE body (
                exchange INTEGER PRIMARY KEY REFERENCES exchange (sequence), request BLOB,
                response BLOB);
            """
        ),
        (
            "2 actions",
            """
            CREATE TABLE action (
                sequence INTEGER PRIMARY KEY, at INTEGER NOT NULL, action TEXT NOT NULL,
                session TEXT, detail TEXT NOT NULL, outcome TEXT NOT NULL);
            """
        ),
        (
            "3 sources",
            """
            ALTER TABLE exchange ADD COLUMN source TEXT;
            ALTER TABLE exchange ADD COLUMN recording TEXT
            """
        ),
        (
            "4 runs and request ids",
            """
            CREATE TABLE run (
                run INTEGER PRIMARY KEY, started_at INTEGER NOT NULL, scenario TEXT NOT NULL,
                seed TEXT NOT NULL);
            ALTER TABLE exchange ADD COLUMN request_id TEXT;
            ALTER TABLE exchange ADD COLUMN ray TEXT;
            ALTER TABLE exchange ADD COLUMN run INTEGER;
            ALTER TABLE action ADD COLUMN run INTEGER;
            """
        ),
    ]

    /// A row in the words of the version that wrote it.
    private static let row = """
        INSERT INTO exchange (id, started_at, session, call_key, call_source, attempt, ordinal, \
        provider, dialect, endpoint, model, stream, method, path, client, user_agent, rule, fault, \
        cause, category, retryable, bytes_sent, ending, request_bytes, response_bytes, trace, plan)
        VALUES (7, 1000, 's', 'k', 'idempotency-key', 1, 1, 'openai', 'openai', \
        'chat-completions', 'm', 0, 'POST', '/p', '::1', 'ua', 'r', 'cause + cut', 'overloaded', \
        'model_overloaded', 1, 9, 'reset', 0, 0, \
        '[{"phase":"storm"},{"rule":"r","fired":"0.250000"}]', '["fault: x","RST"]')
        """

    @Test(arguments: 1...4)
    func aJournalOfEveryVersionIsReadAndGoneOnWith(version: Int) throws {
        let directory = try TemporaryDirectory()
        let path = directory.file()
        let queue = try DatabaseQueue(path: path)
        try queue.writeWithoutTransaction { db in
            try db.execute(
                sql: "CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY)")
            for (name, sql) in Self.versions.prefix(version) {
                try db.execute(sql: sql)
                try db.execute(sql: "INSERT INTO grdb_migrations VALUES (?)", arguments: [name])
            }
            try db.execute(sql: Self.row)
        }
        try queue.close()
        try expectRow(path)
        let writer = try JournalWriter.untroubled(path)
        writer.append(.full)
        writer.close()
        try expectRow(path)
        let read = try #require(try JournalReader(path: path).exchange(sequence: 2))
        #expect(read == StoredExchange(sequence: 2, run: 1, record: .full))
        #expect(
            try JournalReader(path: path).list(JournalQuery(phase: "storm")).map(\.sequence) == [2])
    }

    private func expectRow(_ path: String) throws {
        let reader = try JournalReader(path: path)
        let record = try #require(try reader.exchange(sequence: 1)).record
        #expect((record.callSource, record.dialect) == (.idempotencyKey, .openai))
        #expect((record.faults, record.cause) == ([.error, .cut], .overloaded))
        #expect((record.category, record.ending) == (.modelOverloaded, .reset))
        #expect(record.phase == "storm")
        #expect(record.trace == [TraceEntry(rule: "r", outcome: .fired(draw: 1 << 62))])
        #expect(record.plan == [.step("fault: x"), .step("RST")])
        #expect(record.faultName == "overloaded + cut")
        #expect((record.scenarioTime, record.headSent, record.connection) == (nil, nil, nil))
        #expect((record.promises, record.shouldRetry) == ([], nil))
        #expect(record.foreign == ForeignWords())
    }
}
